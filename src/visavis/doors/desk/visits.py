"""A clerk sees who is at the devices of their own site, never what they do, and can end a visit."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.staff_gate import require_role
from visavis.doors.visit_stopping import StopForm
from visavis.foundation.actor import Actor, Kind
from visavis.foundation.text import said_in
from visavis.visits import operations, queries, rules
from visavis.visits.models import Visit


@require_GET
@require_role("clerk")
def visits(request: HttpRequest) -> HttpResponse:
    """List the open visits at the clerk's sites: which device, since when."""
    actor, language = actor_of(request, kind=Kind.CLERK), language_of(request)
    rows = [
        {
            "visit": visit,
            "label": said_in(visit.device.label, language),
            "site": said_in(visit.device.site.names, language),
        }
        for visit in queries.open_visits(now=request_now(request))
        if _may_stop(visit, actor)
    ]
    return render(request, "desk/visits/list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def stop_visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Ask why, then end the visit; one at another site does not exist for this clerk."""
    actor = actor_of(request, kind=Kind.CLERK)
    try:
        visit = queries.visit(visit_id)
    except queries.NoSuchVisit:
        raise Http404 from None
    if not _may_stop(visit, actor):
        raise Http404
    form = StopForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        has_ended = operations.stop(
            visit=visit,
            reason=form.cleaned_data["reason"],
            actor=actor,
            now=request_now(request),
        )
        said = _("The visit is over.") if has_ended else _("The visit was over already.")
        messages.success(request, said)
        return redirect("desk:visits")
    context = {
        "form": form,
        "held": visit,
        "is_over": not visit.is_open(request_now(request)),
        "label": said_in(visit.device.label, language_of(request)),
    }
    return render(request, "desk/visits/stop.html", context)


def _may_stop(visit: Visit, actor: Actor) -> bool:
    site = visit.device.site
    return rules.may_stop(actor=actor, organisation=site.organisation.code, site=site.code)
