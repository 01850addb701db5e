"""A definition's own test cases: answers on a day, and what must come of them."""

from collections.abc import Iterator
from datetime import date, datetime

from visavis.catalog.definition import fees
from visavis.catalog.definition.expressions import BrokenExpression
from visavis.catalog.definition.fees import NoPrice
from visavis.catalog.definition.form import Expected, Form, TestCase
from visavis.catalog.definition.reading import Reading


def differences(form: Form, case: TestCase) -> list[str]:
    """Return, in words, where what comes of a test case is not what it expects."""
    try:
        reading = Reading(form, case.answers, today=date.fromisoformat(case.today))
        return list(_differences(reading, case.expect))
    except (BrokenExpression, NoPrice, ValueError) as fault:
        return [f"it cannot be worked out: {fault}"]


def _differences(reading: Reading, expect: Expected) -> Iterator[str]:
    ending = reading.ending()
    yield from _compare("not_eligible", expect.not_eligible, ending.code if ending else None)
    if expect.steps is not None:
        shown = tuple(step.code for step in reading.steps())
        yield from _compare("steps", expect.steps, shown)
    if ending is None:
        troubles = {trouble.field for step in reading.steps() for trouble in reading.troubles(step)}
        yield from _compare("errors", sorted(expect.errors or ()), sorted(troubles))
    for name, wanted in expect.facts.items():
        value = reading.value(name)
        found = value.date().isoformat() if isinstance(value, datetime) else value
        yield from _compare(f"facts.{name}", wanted, found)
    if expect.fee_cents is not None:
        total = fees.total_cents(fees.charges(reading))
        yield from _compare("fee_cents", expect.fee_cents, total)
    yield from _of_the_decision(reading, expect)


def _of_the_decision(reading: Reading, expect: Expected) -> Iterator[str]:
    verdict = fees.verdict(reading)
    if expect.decision is not None:
        undecided = "register" if verdict.by_register else "officer"
        decision = "automatic" if verdict.automatic else undecided
        yield from _compare("decision", expect.decision, decision)
    if expect.reasons is not None:
        found = tuple(reason.code for reason in verdict.reasons)
        yield from _compare("reasons", expect.reasons, found)


def _compare(what: str, wanted: object, found: object) -> Iterator[str]:
    if wanted != found:
        yield f"{what} should be {wanted}, is {found}"
