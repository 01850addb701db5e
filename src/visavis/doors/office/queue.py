"""The work of an office: what waits, what is in work, what was decided."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from visavis.appointments import office_queries as appointments
from visavis.cases import message_queries, queries, rules
from visavis.cases.models import Case, CaseQuerySet
from visavis.cases.rules import State
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.office.labels import REASONS_SHOWN, STATES, status_kind
from visavis.doors.staff_gate import require_role
from visavis.foundation.actor import Actor, Kind
from visavis.foundation.codes import spoken
from visavis.foundation.text import said_in
from visavis.payments import bank, reconciling
from visavis.payments import queries as payments
from visavis.payments import refund_queries as refunds

MOST_SHOWN = 100
TABS = {
    "waiting": (_("To do"), [State.SUBMITTED]),
    "messages": (_("Messages"), []),
    "mine": (_("In my hands"), [State.IN_REVIEW]),
    "others": (_("With colleagues"), [State.IN_REVIEW]),
    "checking": (_("With a register"), [State.CHECKING]),
    "citizen": (_("With the citizen"), [State.CORRECTION, State.PAYMENT]),
    "done": (_("Decided"), [State.GRANTED, State.REFUSED, State.WITHDRAWN, State.LAPSED]),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the list."""

    case: Case
    reference: str
    service: str
    state: object
    kind: str
    answer_by: datetime | None
    is_late: bool
    reasons: tuple[str, ...]


def offices_of(actor: Actor) -> list[str]:
    """Return the offices for which somebody is an officer."""
    roles = (role.partition("@") for role in sorted(actor.roles))
    return [place.partition("/")[0] for name, _at, place in roles if name == "officer"]


@never_cache
@require_role("officer")
def queue(request: HttpRequest) -> HttpResponse:
    """Show the cases of the officer's offices, late first."""
    actor = actor_of(request, kind=Kind.OFFICER)
    found = {name: _found(name, actor) for name in TABS}
    counts = {name: cases.count() for name, cases in found.items()}
    # Whoever has work in hand and nothing new to take begins with what is in hand.
    first = "mine" if counts["mine"] and not counts["waiting"] else "waiting"
    tab = request.GET.get("tab", first)
    tab = tab if tab in TABS else first
    accounts = bank.accounts_of(actor)
    lines = [_line(case, request) for case in found[tab][:MOST_SHOWN]]
    return render(
        request,
        "office/queue.html",
        {
            "tabs": [
                {"code": name, "label": label, "count": counts[name], "is_current": name == tab}
                for name, (label, _states) in TABS.items()
            ],
            "lines": lines,
            "left_out": max(0, counts[tab] - MOST_SHOWN),
            "money_count": sum(payments.troubles_of(office).count() for office in offices_of(actor))
            + reconciling.waiting(actor=actor).count()
            + payments.bookings_to_put_right(accounts).count(),
            "has_account": bool(accounts),
            "refunds_to_approve": refunds.to_approve(offices_of(actor), actor=actor).count(),
            "has_calendar": bool(appointments.books_of(actor)),
            "read_aloud": False,
        },
    )


def _found(tab: str, actor: Actor) -> CaseQuerySet:
    if tab == "messages":
        return message_queries.unanswered(offices_of(actor))
    _label, states = TABS[tab]
    cases: CaseQuerySet = Case.objects.none()
    for office in offices_of(actor):
        cases = cases | queries.queue(office, states=[state.value for state in states])
    if tab == "mine":
        return cases.filter(taken_by=actor.name)
    if tab == "others":
        return cases.exclude(taken_by=actor.name)
    return cases


def _line(case: Case, request: HttpRequest) -> Line:
    language, now = language_of(request), request_now(request)
    # What a citizen wrote has a day of its own by which it is answered.
    asked_by: datetime | None = getattr(case, "answer_by", None)
    return Line(
        case=case,
        reference=spoken(case.reference or ""),
        service=said_in(case.version.names, language),
        state=STATES[State(case.state)],
        kind=status_kind(case.state),
        answer_by=asked_by or case.due_at,
        is_late=rules.is_late(asked_by, now=now) if asked_by else case.is_late(now),
        reasons=tuple(case.reasons[:REASONS_SHOWN]),
    )
