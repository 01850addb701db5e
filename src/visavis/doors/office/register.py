"""What came of comparing a request with a register, as its officer reads it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from visavis.cases import queries
from visavis.cases.checking import Finding, Outcome
from visavis.cases.models import Case
from visavis.doors.office.labels import FINDINGS
from visavis.foundation.text import said_in


@dataclass(frozen=True, slots=True)
class Shown:
    """One question to a register; `says` is empty while there is no answer."""

    is_waiting: bool
    is_confirmed: bool
    says: Promise | str
    differs: list[str]
    at: datetime | None


def shown(case: Case, language: str) -> Shown | None:
    """Return what a register said about a case, None if its service asks none."""
    if queries.form_of(case).decision.check is None or case.erased_at:
        return None
    question = queries.question_of(case)
    if question is None:
        return Shown(is_waiting=False, is_confirmed=False, says="", differs=[], at=None)
    finding = queries.finding_of(case, question)
    return Shown(
        is_waiting=question.answered_at is None,
        is_confirmed=finding is not None and finding.outcome is Outcome.CONFIRMED,
        says=FINDINGS[finding.outcome] if finding else "",
        differs=_names(case, finding, language) if finding else [],
        at=question.answered_at or question.asked_at,
    )


def _names(case: Case, finding: Finding, language: str) -> list[str]:
    """Return the questions of the form in whose answers the register differs."""
    form = queries.form_of(case)
    assert form.decision.check is not None  # `shown` has looked
    sources = [form.decision.check.asks.get(name, name) for name in finding.differs]
    fields = [(source, form.field(source)) for source in sources]
    return [said_in(field.label, language) if field else source for source, field in fields]
