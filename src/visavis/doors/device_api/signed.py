"""Reads a signed request and answers refusals by name."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from visavis.devices import operations as devices
from visavis.devices.models import Device
from visavis.devices.rules import SignedRequest
from visavis.doors.entrance import request_now
from visavis.foundation import throttles
from visavis.visits import operations as visits
from visavis.visits import upkeep

MOST_BYTES = 4096
MOST_DIGITS = 12  # of a timestamp; more is no moment
REQUESTS_A_MINUTE = 120

View = Callable[..., HttpResponse]

# Each refusal by its public name and status; the names are part of the protocol.
REFUSALS: dict[type[Exception], tuple[str, int]] = {
    devices.Malformed: ("malformed", 400),
    devices.UnknownDevice: ("unknown_device", 401),
    devices.BadSignature: ("bad_signature", 401),
    devices.ClockSkewed: ("clock_skewed", 401),
    devices.Replayed: ("replayed", 409),
    devices.OutOfService: ("out_of_service", 403),
    visits.DeviceOutOfService: ("out_of_service", 403),
    upkeep.NotAHome: ("malformed", 400),
}


def signed(view: Callable[[HttpRequest, Device], HttpResponse]) -> View:
    """Let only requests through that a device in service has truly signed, each once."""

    @csrf_exempt  # a device has no cookies; the signature says who sends
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return refusal("malformed", 405)
        now = request_now(request)
        try:
            device = devices.accept(_read(request), now=now)
            throttles.spend(
                f"device:{device.code}", limit=REQUESTS_A_MINUTE, per=timedelta(minutes=1), now=now
            )
            return view(request, device)
        except throttles.TooMany as limit:
            seconds = max(1, int((limit.retry_at - now).total_seconds()))
            return refusal("too_many", 429, retry_in_s=seconds)
        except (devices.DeviceRefused, visits.VisitRefused) as refused:
            name, status = REFUSALS[type(refused)]
            # The counter's clock goes with it, so that a device whose clock is wrong can sign again.
            return refusal(name, status, time=int(now.timestamp()))

    return guarded


def refusal(name: str, status: int, **more: int) -> JsonResponse:
    """Return a refusal as devices read it."""
    return no_store(JsonResponse({"refusal": name, **more}, status=status))


def no_store(response: JsonResponse) -> JsonResponse:
    response["Cache-Control"] = "no-store"
    return response


def _read(request: HttpRequest) -> SignedRequest:
    timestamp = request.headers.get("Visavis-Timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= MOST_DIGITS):
        raise devices.Malformed
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise devices.Malformed
    return SignedRequest(
        device=request.headers.get("Visavis-Device", ""),
        method=request.method or "",
        path=request.get_full_path(),
        body=request.body,
        timestamp=int(timestamp),
        nonce=request.headers.get("Visavis-Nonce", ""),
        signature=request.headers.get("Visavis-Signature", ""),
    )
