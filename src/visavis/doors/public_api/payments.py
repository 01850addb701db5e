"""Where the payment provider calls: "look again". Nothing that it says here is believed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from visavis.doors.entrance import request_now
from visavis.gateways.payment_provider import signatures
from visavis.gateways.payment_provider.errors import UntrustworthyEvent
from visavis.payments import operations


@csrf_exempt
@require_http_methods(["GET", "POST"])
def payment_event(request: HttpRequest) -> HttpResponse:
    """Take an event: 200 when it is kept (also the second time), 400 when nobody vouches for it.

    Saferpay calls with GET, and says all it says in the address that we gave it.
    """
    body = request.body if request.method == "POST" else request.META["QUERY_STRING"].encode()
    try:
        operations.note_webhook(
            body=body,
            signature=request.headers.get(signatures.HEADER, ""),
            now=request_now(request),
        )
    except UntrustworthyEvent:
        return HttpResponse(status=400)
    return HttpResponse(status=200)
