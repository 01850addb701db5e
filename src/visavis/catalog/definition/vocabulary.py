"""Faults of names: unknown, used twice, or asked before they can be known."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator

from visavis.catalog.definition.expressions import names_in, unknown_functions_in
from visavis.catalog.definition.fault import Fault, Path, places
from visavis.catalog.definition.form import CHOOSING, Field, FieldType, Form, Paper
from visavis.catalog.definition.functions import FUNCTIONS
from visavis.catalog.definition.registers import REGISTERS
from visavis.catalog.definition.texts import named_in_texts

PROFILE = frozenset(
    {"family_name", "given_name", "birth_date", "mobile", "email", "street", "house_number",
     "postal_code", "locality"}
)  # fmt: skip
DAYS = frozenset({FieldType.DATE, FieldType.PARTIAL_DATE})


def faults(form: Form) -> Iterator[Fault]:
    """Yield every fault of names."""
    yield from _doubles(form)
    yield from _unknown_in_expressions(form)
    yield from _unknown_references(form)
    yield from _unknown_in_texts(form)
    yield from _of_the_check(form)
    yield from _asked_too_early(form)


def _doubles(form: Form) -> Iterator[Fault]:
    names = [field.code for field in form.fields()] + [fact.name for fact in form.facts]
    for name, count in Counter([*names, *form.constants, "today"]).items():
        if count > 1:
            what = f"the name {name} is used {count} times among fields, facts and constants"
            yield Fault(("steps",), what, "Give each field, fact and constant a name of its own.")
    for path, codes in _lists_of_codes(form):
        for code, count in Counter(codes).items():
            if count > 1:
                yield Fault(path, f"the code {code} is used {count} times", "Rename one of them.")


def _lists_of_codes(form: Form) -> Iterator[tuple[Path, list[str]]]:
    yield ("steps",), [step.code for step in form.steps]
    yield ("not_eligible",), [ending.code for ending in form.not_eligible]
    yield ("decision", "reasons"), [reason.code for reason in form.decision.reasons]
    yield ("fees", "lines"), [line.code for line in (form.fees.lines if form.fees else ())]
    for path, field in fields_with_paths(form):
        yield (*path, "options"), [option.code for option in field.options]


def fields_with_paths(form: Form) -> Iterator[tuple[Path, Field]]:
    """Yield each field with the way to it."""
    for nth_step, step in enumerate(form.steps):
        for nth_field, field in enumerate(step.fields):
            yield ("steps", nth_step, "fields", nth_field), field


def _known(form: Form) -> set[str]:
    names = {field.code for field in form.fields()} | {fact.name for fact in form.facts}
    return names | form.constants.keys() | {"today"}


def _unknown(path: Path, name: str, known: Iterable[str], kind: str) -> Fault:
    near = difflib.get_close_matches(name, list(known), n=1)
    mend = f"Did you mean {near[0]}?" if near else f"Write the name of a {kind} of this form."
    return Fault(path, f"unknown name {name}", mend)


def _unknown_in_expressions(form: Form) -> Iterator[Fault]:
    known = _known(form)
    earlier_facts: set[str] = set()
    facts = {fact.name for fact in form.facts}
    for place in places(form):
        for name in sorted(names_in(place.source) - known):
            yield _unknown(place.path, name, known, "field, fact or constant")
        for name in unknown_functions_in(place.source):
            near = difflib.get_close_matches(name, FUNCTIONS, n=1)
            mend = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(FUNCTIONS)}."
            yield Fault(place.path, f"unknown function {name}", mend)
        if place.path[0] == "facts":
            for name in sorted(names_in(place.source) & facts - earlier_facts):
                mend = "Facts may use only facts that stand above them: move it up."
                yield Fault(place.path, f"uses the fact {name} before it is worked out", mend)
            earlier_facts.add(form.facts[int(place.path[1])].name)


def _unknown_in_texts(form: Form) -> Iterator[Fault]:
    known = _known(form)
    for path, names in named_in_texts(form):
        for name in sorted(names - known):
            yield _unknown(path, name, known, "field, fact or constant")


def _unknown_references(form: Form) -> Iterator[Fault]:
    known = {field.code: field for field in form.fields()}
    for path, name in _references(form):
        if name not in known:
            yield _unknown(path, name, known, "field")
    for nth, name in enumerate(form.filters):
        here: Path = ("filters", nth)
        if name not in _known(form):
            yield _unknown(here, name, _known(form), "field or fact")
        elif name in known and known[name].personal:
            mend = "Filters are kept readable beside the file: choose one that is not personal."
            yield Fault(here, f"{name} is a personal field", mend)
    birth = known.get(form.birth_field or "")
    if birth and birth.type not in DAYS:
        mend = "Name the field that asks for the birth date."
        yield Fault(("birth_field",), f"{birth.code} is not a day", mend)
    yield from _of_the_fees(form, known)


def _references(form: Form) -> Iterator[tuple[Path, str]]:
    if form.birth_field:
        yield ("birth_field",), form.birth_field
    for nth, ending in enumerate(form.not_eligible):
        if ending.change:
            yield ("not_eligible", nth, "change"), ending.change
    if form.paper:
        yield from _of_the_paper(form.paper)
    for nth, case in enumerate(form.tests):
        for name in case.answers:
            yield ("tests", nth, "answers", name), name


def _of_the_paper(paper: Paper) -> Iterator[tuple[Path, str]]:
    for part in ("holder", "eu_recovery", "by_post"):
        described = getattr(paper, part)
        for role in type(described).model_fields if described else ():
            name = getattr(described, role)
            if name and role != "when":
                yield ("paper", part, role), name


def _of_the_check(form: Form) -> Iterator[Fault]:
    """The register must be one that we can ask, and be told exactly what it wants to know."""
    check = form.decision.check
    if check is None:
        return
    path: Path = ("decision", "check")
    wanted = REGISTERS.get(check.register_)
    if wanted is None:
        yield _unknown((*path, "register"), check.register_, REGISTERS, "register")
        return
    for missing in [name for name in wanted if name not in check.asks]:
        mend = f"Say under asks which field or fact is the {missing}."
        yield Fault((*path, "asks"), f"the register also wants {missing}", mend)
    known = _known(form) - form.constants.keys() - {"today"}
    for name, source in check.asks.items():
        if name not in wanted:
            mend = f"It wants {', '.join(wanted)}."
            yield Fault((*path, "asks", name), f"the register does not want {name}", mend)
        if source not in known:
            yield _unknown((*path, "asks", name), source, known, "field or fact")


def _of_the_fees(form: Form, fields: dict[str, Field]) -> Iterator[Fault]:
    for nth, line in enumerate(form.fees.lines if form.fees else ()):
        path: Path = ("fees", "lines", nth)
        if line.label_from:
            asked = fields.get(line.label_from)
            if asked is None or asked.type not in CHOOSING:
                what = f"label_from {line.label_from} is no choice of this form"
                yield Fault((*path, "label_from"), what, "Name a field of the type choice.")
        for nth_row, row in enumerate(line.rows):
            yield from _of_a_row(form, fields, (*path, "rows", nth_row, "when"), row.when)


def _of_a_row(
    form: Form, fields: dict[str, Field], path: Path, when: dict[str, str | bool]
) -> Iterator[Fault]:
    facts = {fact.name: fact for fact in form.facts}
    for name, wanted in when.items():
        if name not in fields and name not in facts:
            yield _unknown((*path, name), name, [*fields, *facts], "field or fact")
            continue
        field, fact = fields.get(name), facts.get(name)
        codes = [option.code for option in field.options] if field else []
        codes += fact.one_of if fact else ()
        if codes and wanted not in codes:
            near = difflib.get_close_matches(str(wanted), codes, n=1)
            mend = f"Did you mean {near[0]}?" if near else f"Write one of {', '.join(codes)}."
            yield Fault((*path, name), f"{name} is never {wanted}", mend)


def _asked_too_early(form: Form) -> Iterator[Fault]:
    """Conditions for being asked may depend only on what was asked before."""
    asked: set[str] = set()
    for nth_step, step in enumerate(form.steps):
        path: Path = ("steps", nth_step)
        yield from _later(form, (*path, "show_if"), step.show_if, asked)
        for nth_field, field in enumerate(step.fields):
            here = (*path, "fields", nth_field)
            yield from _later(form, (*here, "show_if"), field.show_if, asked)
            yield from _later(form, (*here, "required_if"), field.required_if, asked)
            for nth, option in enumerate(field.options):
                offered = (*here, "options", nth, "offered_if")
                yield from _later(form, offered, option.offered_if, asked)
            asked.add(field.code)
        for nth, check in enumerate(step.checks):
            yield from _later(form, (*path, "checks", nth, "must"), check.must, asked)
            if check.field not in {field.code for field in step.fields}:
                mend = "A check stands on the page of its field: name a field of this step."
                what = f"the field {check.field} is not asked in this step"
                yield Fault((*path, "checks", nth, "field"), what, mend)


def _later(form: Form, path: Path, source: str | None, asked: set[str]) -> Iterator[Fault]:
    if source is None:
        return
    fields = {field.code for field in form.fields()}
    for name in sorted((_needed(form, source) & fields) - asked):
        mend = "Ask that question earlier, or move this condition to a later step."
        yield Fault(path, f"depends on {name}, which is asked later", mend)


def _needed(form: Form, source: str) -> frozenset[str]:
    """Return the names that an expression needs, also through facts."""
    facts = {fact.name: fact for fact in form.facts}
    needed: set[str] = set()
    waiting = set(names_in(source))
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting |= names_in(facts[name].is_) if name in facts else set()
    return frozenset(needed)
