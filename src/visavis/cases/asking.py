"""Asking a register about a case: begun with the request or by an officer, answered by a job.

The register is asked outside any transaction; its answer is written only if the case still stands
where it stood. So the job may be repeated, run twice at once or be killed at any moment.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from visavis.cases import checking, deciding, queries, rules, telling, vault
from visavis.cases.checking import Finding, NoAnswer, Outcome
from visavis.cases.models import Case, RegisterQuestion
from visavis.cases.rules import State, Step
from visavis.catalog.definition.functions import day_of
from visavis.catalog.definition.reading import Reading
from visavis.foundation import jobs
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal


def begin(case: Case, *, actor: Actor, now: datetime) -> None:
    """Have the register of the case's definition asked, after commit; also once more."""
    check = queries.form_of(case).decision.check
    assert check is not None  # whoever begins has looked
    fresh = {
        "register": check.register_, "asked_at": now, "tries": 0, "answered_at": None,
        "finding": b"",
    }  # fmt: skip
    RegisterQuestion.objects.update_or_create(case=case, defaults=fresh)
    journal.record(
        what="cases.register_asked", subject=case.subject, actor=actor, now=now,
        details={"register": check.register_},
    )  # fmt: skip
    jobs.announce("case.to_check", subject=str(case.pk))


def answer(*, case_id: UUID, now: datetime) -> None:
    """Ask the register, and do what its answer allows. Repeating it changes nothing.

    Raises:
        NoAnswer: the job tries again. After the last try nothing is raised: an officer decides.
    """
    question = RegisterQuestion.objects.unanswered().filter(case=case_id).first()
    if question is None:
        return
    case = queries.case(case_id)
    if not case.is_open:  # given up meanwhile: the register need not hear of it
        return
    try:
        finding = checking.ask(question.register, _facts(case, now=now))
    except NoAnswer:
        if not _is_given_up(question, now=now):
            raise
        return
    except vault.KeyDestroyed:
        return
    _write(question, finding, now=now)


def _facts(case: Case, *, now: datetime) -> dict[str, str]:
    check = queries.form_of(case).decision.check
    reading = queries.reading_of(case, now=now)
    return {name: _said(reading, source) for name, source in (check.asks if check else {}).items()}


def _said(reading: Reading, source: str) -> str:
    """Return a value as text; a day as the register writes it."""
    value = reading.value(source)
    day = None if isinstance(value, str) else day_of(value)
    return day.isoformat() if day else str(value or "")


@transaction.atomic
def _is_given_up(question: RegisterQuestion, *, now: datetime) -> bool:
    """Count a try in vain, and tell whether it was the last."""
    case, found = _locked(question)
    if found is None:
        return True
    found.tries += 1
    found.save(update_fields=["tries"])
    # An officer waits before the screen, and can ask again at any moment.
    most = rules.REGISTER_TRIES if case.state == State.CHECKING else 1
    if found.tries < most:
        return False
    _settle(case, found, Finding(Outcome.UNREACHABLE), now=now)
    return True


@transaction.atomic
def _write(question: RegisterQuestion, finding: Finding, *, now: datetime) -> None:
    case, found = _locked(question)
    if found is not None:
        _settle(case, found, finding, now=now)


def _locked(question: RegisterQuestion) -> tuple[Case, RegisterQuestion | None]:
    """Return the locked case, and the question if this very one still waits for its answer."""
    Case.objects.select_for_update().get(pk=question.case_id)
    case = queries.case(question.case_id)
    waiting = RegisterQuestion.objects.unanswered().filter(
        pk=question.pk, asked_at=question.asked_at
    )
    return case, waiting.first() if case.is_open else None


def _settle(case: Case, question: RegisterQuestion, finding: Finding, *, now: datetime) -> None:
    question.answered_at = now
    question.finding = vault.seal(case.pk, finding.packed(), context=queries.FINDING)
    question.save(update_fields=["answered_at", "finding"])
    if case.state != State.CHECKING:
        return  # the officer who asked decides
    if finding.outcome is Outcome.CONFIRMED and deciding.is_grantable(case):
        case.is_automatic = True
        case.save(update_fields=["is_automatic"])
        deciding.accept(case, actor=Actor.system("automatic decision"), now=now)
    else:
        hand_over(case, now=now)


def hand_over(case: Case, *, now: datetime) -> None:
    """Give a case that its register does not settle to the office."""
    actor = Actor.system("cases.register")
    case.state = rules.next_state(case.state, Step.HAND_OVER)
    case.save(update_fields=["state"])
    telling.happens(case, "handed_over", actor=actor, now=now)
    telling.tell(case, "case-submitted", actor=actor, now=now)


@transaction.atomic
def hand_over_unanswered(*, case_id: UUID, now: datetime) -> bool:
    """Give a case to the office whose register gave no answer in all the time it had."""
    case = Case.objects.select_for_update().filter(pk=case_id, state=State.CHECKING).first()
    if case is None:
        return False
    question = RegisterQuestion.objects.get(case=case)
    _settle(case, question, Finding(Outcome.UNREACHABLE), now=now)
    return True
