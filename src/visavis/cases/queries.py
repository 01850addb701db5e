"""Questions about cases. The neighbour's case does not exist for whoever may not see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from visavis.cases import attachments, checking, document, rules, vault
from visavis.cases.document import Document
from visavis.cases.models import Case, CaseQuerySet, Event, RegisterQuestion
from visavis.cases.rules import State
from visavis.catalog.definition.fees import Charge
from visavis.catalog.definition.fields import Answer
from visavis.catalog.definition.form import Form
from visavis.catalog.definition.reading import Reading
from visavis.foundation.actor import Actor
from visavis.people.models import User
from visavis.places import queries as places
from visavis.visits import queries as visits

DOCUMENT = "document"
WORDS = "words"
FINDING = "finding"


class NoSuchCase(LookupError):
    """There is no such case, or the actor may not know of it."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a case's story.

    Attributes:
        code: what happened, or is expected; the doors hold the sentences.
        state: "done", "now" or "next".
        words: what the office wrote to the citizen.
    """

    code: str
    state: str
    at: datetime | None = None
    words: str = ""


def case_for(case_id: UUID, *, actor: Actor, now: datetime | None = None) -> Case:
    """Return a case of the actor's own.

    Args:
        now: at which a case bound to a visit must find that visit alive; without it the door has
            looked already.

    Raises:
        NoSuchCase: none, somebody else's, or of a visit that has ended.
    """
    case = Case.objects.with_version().filter(pk=case_id).first()
    if case is None or not rules.is_theirs(case, actor=actor):
        raise NoSuchCase
    is_gone = (
        now is not None
        and rules.is_bound_to_a_visit(case)
        and not visits.is_alive(case.held_by.removeprefix(rules.VISIT_PREFIX), now=now)
    )
    if is_gone:
        raise NoSuchCase
    return case


def file_for(case_id: UUID, *, actor: Actor) -> Case:
    """Return a case of the officer's office, submitted ones only.

    Raises:
        NoSuchCase: none, a draft, or another office's.
    """
    case = Case.objects.with_version().filter(pk=case_id, submitted_at__isnull=False).first()
    if case is None or not rules.may_read(case, actor=actor):
        raise NoSuchCase
    return case


def case(case_id: UUID) -> Case:
    """Return a case, for the rooms above that answer to nobody.

    Raises:
        NoSuchCase: none.
    """
    found = Case.objects.with_version().filter(pk=case_id).first()
    if found is None:
        raise NoSuchCase
    return found


def of_subject(subject: str) -> UUID | None:
    """Return the id in `case:<uuid>`, or None when the subject is something else."""
    kind, _, text = subject.partition(":")
    try:
        return UUID(text) if kind == "case" else None
    except ValueError:
        return None


def cases_of(name: str) -> QuerySet[Case]:
    """Return the cases of an account, newest first, without what was given up as a draft."""
    forgotten = [State.EXPIRED, State.WITHDRAWN]
    return (
        Case.objects.with_version()
        .of(name)
        .exclude(submitted_at=None, state__in=forgotten)
        .order_by("-created_at")
    )


def how_many_underway(name: str) -> int:
    """Return how many requests of an account are sent in and not at their end."""
    underway = rules.OPEN - {State.DRAFT}
    return Case.objects.of(name).filter(state__in=underway).count()


def how_many_checking(name: str) -> int:
    """Return how many requests of an account are being compared with a register."""
    return Case.objects.of(name).filter(state=State.CHECKING).count()


def drafts_of(actor: Actor, *, service: str = "") -> QuerySet[Case]:
    """Return the drafts with something in them that the actor can go on with here."""
    mine = Case.objects.with_version().drafts().exclude(revision=0).order_by("-saved_at")
    mine = mine.held_by(actor.name) if actor.is_anonymous else mine.of(actor.name)
    return mine.filter(service_code=service) if service else mine


def queue(office: str, *, states: Sequence[str] = ()) -> CaseQuerySet:
    """Return what waits for an office, late first."""
    found = Case.objects.with_version().at(office)
    wanted = states or [state.value for state in rules.WITH_THE_OFFICE]
    return found.filter(state__in=wanted).late_first()


def form_of(case: Case) -> Form:
    """Return the definition that a case keeps to."""
    form = case.version.form
    assert form is not None  # a case is begun only for a service with a form
    return form


def is_given_here(form: Form) -> bool:
    """Tell whether what a form asks for may be granted in this instance's world at all."""
    is_specimen = form.paper is not None and form.paper.eu_recovery is not None
    return rules.may_be_granted(is_specimen=is_specimen, world=settings.WORLD)


def document_of(case: Case) -> Document:
    """Return everything typed in a case.

    Raises:
        KeyDestroyed: the case is erased.
    """
    if not case.document:
        return Document()
    return document.unpacked(vault.open_(case.pk, case.document, context=DOCUMENT))


def reading_of(case: Case, *, now: datetime, written: Document | None = None) -> Reading:
    """Return a case's form read with its answers: on the day it was submitted, or today.

    Raises:
        KeyDestroyed: the case is erased.
    """
    written = document_of(case) if written is None else written
    moment = case.submitted_at or now
    form = form_of(case)
    answers = {**written.answers, **attachments.answers_of(case, form)}
    return Reading(form, answers, today=moment.astimezone(places.zone()).date())


def answers(case: Case, *, now: datetime | None = None) -> dict[str, Answer]:
    """Return the answers that count: asked and given.

    Args:
        now: needed only for a draft; a submitted case is read on its own day.

    Raises:
        KeyDestroyed: the case is erased.
    """
    moment = case.submitted_at or now or case.saved_at
    return reading_of(case, now=moment).counted()


def question_of(case: Case) -> RegisterQuestion | None:
    """Return what a register is, or was, asked about a case."""
    return RegisterQuestion.objects.filter(case=case).first()


def finding_of(case: Case, question: RegisterQuestion) -> checking.Finding | None:
    """Return what came of asking; None while that is not known, or when it is erased."""
    if not question.finding or case.erased_at:
        return None
    return checking.unpacked(vault.open_(case.pk, question.finding, context=FINDING))


def charges_of(case: Case) -> list[Charge]:
    """Return the bill as it was frozen."""
    return [Charge(**charge) for charge in case.charges]


def prefilled(case: Case, *, user: User | None) -> dict[str, str]:
    """Return what the profile of a case's owner knows for questions not answered yet."""
    if user is None or user.name != case.owner:
        return {}
    known = _profile(user)
    found = {
        field.code: known.get(field.prefill.removeprefix("profile."), "")
        for field in form_of(case).fields()
        if field.prefill
    }
    return {code: value for code, value in found.items() if value}


def _profile(user: User) -> dict[str, str]:
    parts = [f"{user.birth_year:04d}"] if user.birth_year else []
    parts += [f"{part:02d}" for part in (user.birth_month, user.birth_day) if part and parts]
    return {
        "family_name": user.family_name,
        "given_name": user.given_name,
        "birth_date": "-".join(parts),
        "mobile": user.mobile,
        "email": user.email,
        "street": user.street,
        "house_number": user.house_number,
        "postal_code": user.postal_code,
        "locality": user.locality,
    }


HERE: dict[str, tuple[str, tuple[str, ...]]] = {
    State.DRAFT: ("filling_in", ("submit", "office", "result")),
    State.CHECKING: ("checking_now", ("result",)),
    State.SUBMITTED: ("with_office", ("result",)),
    State.IN_REVIEW: ("in_review", ("result",)),
    State.CORRECTION: ("correct_now", ("office", "result")),
    State.PAYMENT: ("pay_now", ("paper",)),
}
"""By state: what is being waited for, and what comes after."""


def timeline(case: Case) -> list[TimelineEntry]:
    """Return what happened to a case, who has it now, and what comes next."""
    happened = list(Event.objects.filter(case=case).order_by("happened_at", "id"))
    done = [
        TimelineEntry(event.what, "done", event.happened_at, _words(case, event))
        for event in happened
    ]
    now, following = HERE.get(case.state, ("", ()))
    expected = case.kept_until if case.state == State.PAYMENT else case.due_at
    here = [TimelineEntry(now, "now", expected)] if now else []
    return [*done, *here, *(TimelineEntry(code, "next") for code in following)]


def last_words(case: Case, what: str) -> str:
    """Return what the office wrote last on such an occasion."""
    event = Event.objects.filter(case=case, what=what).order_by("happened_at", "id").last()
    return _words(case, event) if event else ""


def _words(case: Case, event: Event) -> str:
    if not event.words or case.erased_at:
        return ""
    return vault.open_(case.pk, event.words, context=f"{WORDS}:{event.what}").decode()
