"""The devices, which of them somebody is at, and how to end such a visit."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from visavis.devices import queries as devices
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.staff_gate import require_role
from visavis.doors.visit_stopping import StopForm
from visavis.foundation.actor import Kind
from visavis.foundation.text import said_in
from visavis.visits import operations, queries
from visavis.visits.models import Visit


@require_GET
@require_role("operator")
def fleet(request: HttpRequest) -> HttpResponse:
    """List the devices: where, in service or not, and since when somebody is there."""
    language = language_of(request)
    at_device = {visit.device_id: visit for visit in queries.open_visits(now=request_now(request))}
    rows = [
        {
            "code": device.code,
            "label": said_in(device.label, language),
            "site": said_in(device.site.names, language),
            "is_in_service": device.is_in_service,
            "is_enrolled": bool(device.public_key),
            "visit": at_device.get(device.pk),
        }
        for device in devices.devices()
    ]
    return render(request, "control/fleet.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@require_role("operator")
def stop(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Ask why, then end the visit."""
    try:
        visit = queries.visit(visit_id)
    except queries.NoSuchVisit:
        raise Http404 from None
    form = StopForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        has_ended = operations.stop(
            visit=visit,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request, kind=Kind.OPERATOR),
            now=request_now(request),
        )
        said = _("The visit is over.") if has_ended else _("The visit was over already.")
        messages.success(request, said)
        return redirect("control:fleet")
    return render(request, "control/stop.html", {"form": form, **_facts(request, visit)})


def _facts(request: HttpRequest, visit: Visit) -> dict[str, object]:
    return {
        "held": visit,
        "is_over": not visit.is_open(request_now(request)),
        "device_code": visit.device.code,
        "site": said_in(visit.device.site.names, language_of(request)),
    }
