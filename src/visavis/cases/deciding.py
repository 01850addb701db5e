"""What happens to a locked case when it is submitted, decided, granted, closed or erased."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from visavis.cases import queries, rules, storing, telling, vault
from visavis.cases.attachment_models import Attachment
from visavis.cases.attachment_rules import Standing
from visavis.cases.models import Case, Event, Message, RegisterQuestion
from visavis.cases.refusals import NotGrantedHere
from visavis.cases.rules import State, Step
from visavis.catalog.definition import fees
from visavis.catalog.definition.form import Form
from visavis.catalog.definition.reading import Reading
from visavis.foundation import codes, jobs
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal
from visavis.payments import operations as payments
from visavis.payments.operations import Line
from visavis.places import queries as places


def freeze(case: Case, reading: Reading, *, now: datetime) -> None:
    """Make a request of a draft: its number, its bill, who decides, by when."""
    _judge(case, reading)
    case.state = rules.next_state(case.state, Step.SUBMIT)
    case.submitted_at, case.kept_until, case.second_fact = now, None, ""
    case.due_at = due(reading.form, now=now)
    case.filters = reading.filters()
    while True:
        case.reference = codes.new_number(rules.NUMBER_DIGITS)
        try:
            with transaction.atomic():
                case.save()
        except IntegrityError:
            if not Case.objects.filter(reference=case.reference).exists():
                raise
        else:
            return


def freeze_again(case: Case, reading: Reading, *, now: datetime) -> None:
    """Give a corrected request back to the office, to the same officer if there was one."""
    _judge(case, reading)
    case.is_automatic = False
    case.state = State.IN_REVIEW if case.taken_by else rules.next_state(case.state, Step.CORRECT)
    case.marked = []
    # What a register said was about the answers before the correction.
    RegisterQuestion.objects.filter(case=case).delete()
    case.due_at = due(reading.form, now=now)
    case.filters = reading.filters()
    case.save()


def is_grantable(case: Case) -> bool:
    """Tell whether a case may be granted in this instance's world at all."""
    return queries.is_given_here(queries.form_of(case))


def _judge(case: Case, reading: Reading) -> None:
    bill = fees.charges(reading)
    verdict = fees.verdict(reading)
    case.charges = [asdict(charge) for charge in bill]
    case.fee_cents = fees.total_cents(bill)
    case.is_automatic = verdict.automatic and is_grantable(case)
    case.reasons = [reason.code for reason in verdict.reasons]


def is_for_a_register(reading: Reading) -> bool:
    """Tell whether a register is asked before, or instead of, an officer."""
    return fees.verdict(reading).by_register


def due(form: Form, *, now: datetime) -> datetime:
    """Return the end of the last working day on which the office may still answer."""
    zone = places.zone()
    today: date = now.astimezone(zone).date()
    day = places.working_day_after(today, form.decision.answer_days)
    return datetime.combine(day, time(18), tzinfo=zone)


def accept(case: Case, *, actor: Actor, now: datetime) -> None:
    """Say yes: ask for the fee, or grant at once when there is none.

    Raises:
        NotGrantedHere: not in this world.
    """
    if not is_grantable(case):
        raise NotGrantedHere
    case.state = rules.next_state(case.state, Step.ACCEPT)
    case.decided_at = now
    days = places.settings_on(now.date()).payment_open_days
    case.kept_until = now + timedelta(days=days) if case.fee_cents else None
    case.save(update_fields=["state", "decided_at", "kept_until"])
    telling.happens(case, "accepted", actor=actor, now=now)
    if not case.fee_cents:
        grant(case, actor=actor, now=now)
        return
    due = [charge for charge in queries.charges_of(case) if charge.amount_cents]
    payments.request(
        subject=case.subject,
        office=case.office,
        purpose=case.version.names,
        lines=[Line(charge.code, charge.label, charge.amount_cents) for charge in due],
        actor=actor,
        now=now,
    )
    telling.tell(case, "case-accepted", actor=actor, now=now)


def grant(case: Case, *, actor: Actor, now: datetime) -> None:
    """Give what was asked for; the paper follows by its own job."""
    close(case, Step.GRANT, now=now, more=["kept_until"])
    telling.happens(case, "granted", actor=actor, now=now)
    telling.tell(case, "case-granted", actor=actor, now=now)
    jobs.announce("case.granted", subject=str(case.pk))


def close(case: Case, step: Step, *, now: datetime, more: Sequence[str] = ()) -> None:
    """Bring a case to its end, from which no step leads on."""
    case.state = rules.next_state(case.state, step)
    case.closed_at, case.kept_until = now, None
    case.erase_after = now + timedelta(days=queries.form_of(case).retention_days)
    case.save(update_fields=["state", "closed_at", "kept_until", "erase_after", *more])
    jobs.announce("case.closed", subject=str(case.pk))


def erase(case: Case, *, actor: Actor, now: datetime) -> None:
    """Destroy the key of a closed case and what stood readable beside it."""
    Event.objects.filter(case=case).update(words=b"")
    Message.objects.filter(case=case).update(words=b"", author="", settled_at=now)
    RegisterQuestion.objects.filter(case=case).update(finding=b"")
    _forget_files(case, now=now)
    case.document, case.filters, case.second_fact, case.erased_at = b"", {}, "", now
    case.save(update_fields=["document", "filters", "second_fact", "erased_at"])
    journal.record(what="cases.erased", subject=case.subject, actor=actor, now=now)
    # The other database commits on its own. At worst the key is gone and this is done again.
    vault.destroy(case.pk)
    storing.remove_all(case.pk)


def _forget_files(case: Case, *, now: datetime) -> None:
    kept = Attachment.objects.filter(case=case).kept()
    kept.update(standing=Standing.REMOVED, name=b"", left_at=Coalesce("left_at", Value(now)))
