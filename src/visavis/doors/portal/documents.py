"""My documents: everything that was issued to somebody, what they paid, and what they sent."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from visavis.cases import attachments, queries
from visavis.cases.models import Case
from visavis.doors.entrance import language_of, request_now
from visavis.doors.portal import cases_files
from visavis.doors.portal.account_gate import citizen_required, user_of
from visavis.doors.portal.cases_access import day_in_words
from visavis.doors.portal.papers import papers_shown
from visavis.foundation.text import said_in
from visavis.payments import queries as payments
from visavis.payments.models import Payment
from visavis.payments.rules import State
from visavis.places import queries as places

STATES = {
    State.OPEN: (_("To be paid"), "info"),
    State.PENDING: (_("To be paid"), "info"),
    State.SETTLED: (_("Paid"), "good"),
    State.CANCELLED: (_("Cancelled"), "neutral"),
}


@dataclass(frozen=True, slots=True)
class BillShown:
    """A bill, or the receipt that it became."""

    url: str
    title: str
    amount_cents: int
    day: str
    state: str
    state_kind: str


@never_cache
@require_GET
@citizen_required
def documents(request: HttpRequest) -> HttpResponse:
    """Show it all on one page, each with its state."""
    language, now = language_of(request), request_now(request)
    cases = list(queries.cases_of(user_of(request).name))
    subjects = [case.subject for case in cases]
    sent = attachments.files_of_cases([case for case in cases if not case.erased_at])
    context = {
        "papers": papers_shown(subjects, language=language, now=now),
        "bills": [_bill(one, language) for one in payments.for_subjects(subjects)],
        "sent": [_sent(case, sent[case.pk], language) for case in cases if sent.get(case.pk)],
        "read_aloud": False,
    }
    return render(request, "portal/account/documents.html", context)


def _bill(asked: Payment, language: str) -> BillShown:
    state, kind = STATES[State(asked.state)]
    moment = asked.settled_at or asked.requested_at
    return BillShown(
        url=reverse("portal:payment", args=[asked.pk]),
        title=said_in(asked.purpose, language),
        amount_cents=asked.amount_cents,
        day=day_in_words(moment, language, places.zone()),
        state=str(state),
        state_kind=kind,
    )


def _sent(case: Case, files: list[attachments.FileShown], language: str) -> dict[str, object]:
    return {
        "title": case.version.name_in(language),
        "url": reverse("portal:case", args=[case.pk]),
        "rows": cases_files.rows(case, files),
    }
