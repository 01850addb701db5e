"""My papers: what was issued to me, its PDF, its state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.portal import measuring
from visavis.foundation import codes, days
from visavis.foundation.text import said_in
from visavis.papers import operations, queries
from visavis.papers.models import Paper
from visavis.papers.refusals import Erased, NoSuchPaper
from visavis.papers.rules import DocumentKind, Outcome

STATES = {
    Outcome.VALID: (_("Valid"), "good"),
    Outcome.NOT_YET_VALID: (_("Not valid yet"), "waiting"),
    Outcome.EXPIRED: (_("No longer valid"), "neutral"),
    Outcome.REVOKED: (_("Taken back"), "bad"),
}
DOCUMENT_NAMES = {
    DocumentKind.PAPER: (_("Show and print the paper"), "file-check"),
    DocumentKind.BOOKLET: (_("Show and print the control booklet"), "book-open"),
}


@dataclass(frozen=True, slots=True)
class PaperShown:
    """A paper as its holder sees it in a list; nothing in it names the holder."""

    id: UUID
    title: str
    spoken_number: str
    first_day: str
    last_day: str
    state: str
    state_kind: str
    is_specimen: bool
    goes_by_post: bool
    posted_on: str


def papers_shown(subjects: list[str], *, language: str, now: datetime) -> list[PaperShown]:
    """Return the papers of these subjects ("case:<uuid>") for `portal/papers/_list.html`."""
    papers = list(queries.papers_for(subjects))
    posted = queries.posted(papers)
    return [_shown(paper, language, now, posted) for paper in papers]


@never_cache
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know no further arguments
@require_GET
def paper(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Show a paper's state and its documents to its holder; in a visit inside this very page."""
    now, language = request_now(request), language_of(request)
    try:
        found = queries.paper_for(paper_id, actor=actor_of(request))
    except NoSuchPaper as missing:
        raise Http404 from missing
    documents = [(kind.value, *DOCUMENT_NAMES[kind]) for kind in queries.document_kinds(found)]
    context = {
        "paper": _shown(found, language, now, queries.posted([found])),
        "is_signed": queries.is_signed_by_holder(found),
        "case_id": found.subject.removeprefix("case:"),
        "documents": documents,
        "read_aloud": False,
    }
    return render(request, "portal/papers/paper.html", context)


@never_cache
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]  # as above
@xframe_options_sameorigin
@require_GET
def document(request: HttpRequest, paper_id: UUID, kind: str) -> HttpResponse:
    """Hand the PDF to the holder, to look at and print; `?save` hands it over as a file."""
    try:
        wanted = DocumentKind(kind)
        pdf = operations.hand_out(
            paper_id=paper_id, kind=wanted, actor=actor_of(request), now=request_now(request)
        )
        number = queries.paper(paper_id).number
    except (ValueError, NoSuchPaper) as missing:
        raise Http404 from missing
    except Erased:
        return render(request, "portal/papers/erased.html", status=410)
    if measuring.visit_of(request):
        measuring.note(request, "document.printed", kind=wanted.value)
    # At a kiosk or tablet nothing may stay behind as a file: there it is only shown and printed.
    saves = "save" in request.GET and not getattr(request, "visit", None)
    response = HttpResponse(pdf, content_type="application/pdf")
    way = "attachment" if saves else "inline"
    response["Content-Disposition"] = f'{way}; filename="{wanted.value}-{number}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response


def _shown(
    found: Paper, language: str, now: datetime, posted: Mapping[UUID, datetime | None]
) -> PaperShown:
    left_at = posted.get(found.pk)
    state, state_kind = STATES[queries.standing_of(found, now=now)]
    return PaperShown(
        id=found.pk,
        title=said_in(found.title, language),
        spoken_number=codes.spoken(found.number),
        first_day=day_shown(found.valid_from, language),
        last_day=day_shown(found.valid_until - timedelta(seconds=1), language),
        state=str(state),
        state_kind=state_kind,
        is_specimen=found.is_specimen,
        goes_by_post=found.pk in posted,
        posted_on=day_shown(left_at, language) if left_at else "",
    )


def day_shown(moment: datetime, language: str) -> str:
    """Return the canton's day of a moment as the papers themselves write it."""
    return days.in_words(timezone.localtime(moment).date(), language)
