"""A form read with somebody's answers on a day: what is asked, what is wrong, where it ends.

Questions that are not asked count as not answered, whatever was once typed, so going back and
choosing otherwise never leaves an old answer at work; it is kept and comes back with the question.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from visavis.catalog.definition import expressions, fields
from visavis.catalog.definition.fields import Answer, Problem, Unreadable
from visavis.catalog.definition.form import CHOOSING, Ending, Field, FieldType, Form, Step
from visavis.catalog.definition.functions import Value, moment_of


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands against one answer: a problem, with its limit or the definition's own words."""

    field: str
    problem: Problem
    limit: int | None = None
    say: Mapping[str, str] | None = None


class Reading:
    """One form with answers on a day. Values are worked out when asked for, once each."""

    def __init__(self, form: Form, answers: Mapping[str, object], *, today: date) -> None:
        self.form = form
        self.today = today
        self.answers = answers
        self._fields = {field.code: field for field in form.fields()}
        self._facts = {fact.name: fact for fact in form.facts}
        self._step_of = {field.code: step for step in form.steps for field in step.fields}
        self._known: dict[str, Value] = {"today": moment_of(today), **form.constants}
        self._asking: set[str] = set()

    def value(self, name: str) -> Value:
        """Return the value of a field, fact or constant; None while it is not known."""
        if name in self._known:
            return self._known[name]
        if name in self._asking:  # a circle, which the check of the definition refuses
            return None
        self._asking.add(name)
        try:
            found = self._work_out(name)
        finally:
            self._asking.discard(name)
        self._known[name] = found
        return found

    def _work_out(self, name: str) -> Value:
        if fact := self._facts.get(name):
            return expressions.worked_out(fact.is_, self._values_for(fact.is_))
        if field := self._fields.get(name):
            return fields.as_value(field, self.answer(name)) if self.is_asked(name) else None
        return None

    def _values_for(self, source: str) -> dict[str, Value]:
        return {name: self.value(name) for name in expressions.names_in(source)}

    def worked_out(self, source: str) -> Value:
        """Return what an expression of the definition gives here."""
        return expressions.worked_out(source, self._values_for(source))

    def holds(self, source: str | None, *, otherwise: bool = False) -> bool:
        """Tell whether a condition holds; `otherwise` while that cannot be said yet."""
        if source is None:
            return True
        answer = expressions.holds(source, self._values_for(source))
        return otherwise if answer is None else answer

    def answer(self, code: str) -> Answer | None:
        """Return the kept answer to a question if it can be read, asked or not."""
        field = self._fields.get(code)
        if field is None:
            return None
        try:
            return fields.read(field, self.answers.get(code))
        except Unreadable:
            return None

    def is_asked(self, code: str) -> bool:
        """Tell whether a question is asked at all, given the other answers."""
        return self.holds(self._step_of[code].show_if) and self.holds(self._fields[code].show_if)

    def steps(self) -> list[Step]:
        """Return the steps that are shown: those with a question, or with nothing to ask at all."""
        return [step for step in self.form.steps if self.is_shown(step)]

    def is_shown(self, step: Step) -> bool:
        if not self.holds(step.show_if):
            return False
        return not step.fields or any(self.is_asked(field.code) for field in step.fields)

    def asked(self, step: Step) -> list[Field]:
        """Return the questions of a step that are asked."""
        return [field for field in step.fields if self.is_asked(field.code)]

    def is_required(self, field: Field) -> bool:
        if field.required_if is not None:
            return self.holds(field.required_if)
        return field.required

    def is_offered(self, field: Field, code: str) -> bool:
        """Tell whether an option may be chosen now."""
        option = field.option(code)
        return option is not None and self.holds(option.offered_if)

    def troubles(self, step: Step) -> list[Trouble]:
        """Return what stands against a step, the first problem of each question only."""
        found: dict[str, Trouble] = {}
        for field in self.asked(step):
            if trouble := self._trouble_with(field):
                found[field.code] = trouble
        for check in step.checks:
            spoilt = check.field in found or not self.is_asked(check.field)
            if not spoilt and not self.holds(check.must, otherwise=True):
                found[check.field] = Trouble(check.field, Problem.CHECK, say=check.say)
        order = [field.code for field in step.fields]
        return sorted(found.values(), key=lambda trouble: order.index(trouble.field))

    def _trouble_with(self, field: Field) -> Trouble | None:
        try:
            answer = fields.read(field, self.answers.get(field.code))
        except Unreadable as refusal:
            return Trouble(field.code, refusal.problem, refusal.limit, field.pattern_say)
        unconfirmed = field.type == FieldType.CONFIRM and answer is not True
        unsent = field.type == FieldType.FILE and not answer
        if (answer is None or unconfirmed or unsent) and self.is_required(field):
            return Trouble(field.code, Problem.MISSING)
        if answer is None or field.type not in CHOOSING:
            return None
        for code in answer if isinstance(answer, list) else [str(answer)]:
            option = field.option(code)
            if option is None or not self.holds(option.offered_if):
                why_not = option.why_not if option else None
                return Trouble(field.code, Problem.NOT_OFFERED, say=why_not)
        return None

    def ending(self) -> Ending | None:
        """Return the first legitimate end that the answers lead to."""
        return next((end for end in self.form.not_eligible if self.holds(end.when)), None)

    def first_open_step(self) -> Step | None:
        """Return the first shown step that has something against it, or None when all is said."""
        return next((step for step in self.steps() if self.troubles(step)), None)

    def is_complete(self) -> bool:
        return self.first_open_step() is None and self.ending() is None

    def asked_answers(self) -> Iterator[tuple[Field, Answer | None]]:
        """Yield each question that is asked with its answer, in order."""
        for step in self.steps():
            for field in self.asked(step):
                yield field, self.answer(field.code)

    def counted(self) -> dict[str, Answer]:
        """Return the answers that count: asked and given."""
        return {field.code: given for field, given in self.asked_answers() if given is not None}

    def filters(self) -> dict[str, Answer]:
        """Return what officers may filter by, kept apart from the other answers."""
        values = {name: self.value(name) for name in self.form.filters}
        return {
            name: value for name, value in values.items() if isinstance(value, bool | int | str)
        }
