"""A device asks for the ticket with which the next visit can begin."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation

from visavis.devices.models import Device
from visavis.doors.device_api.signed import no_store, refusal, signed
from visavis.doors.entrance import request_now
from visavis.visits import rules, upkeep


@signed
def issue(request: HttpRequest, device: Device) -> HttpResponse:
    """Answer with the path of the attract screen, the device's new ticket in it."""
    try:
        home = json.loads(request.body)["home"]
    except (ValueError, TypeError, KeyError):
        return refusal("malformed", 400)
    ticket = upkeep.issue_ticket(device=device, home=str(home), now=request_now(request))
    with translation.override(request.canton.languages[0]):  # type: ignore[attr-defined]  # set by middleware
        start = f"{reverse('portal:attract')}?ticket={ticket}"
    answer = {"start": start, "expires_in_s": int(rules.TICKET_LIFE.total_seconds())}
    return no_store(JsonResponse(answer, status=201))
