"""The service that somebody came from when they see about their identity."""

from django.http import HttpRequest
from django.utils.timezone import localdate

from visavis.catalog.models import ServiceVersion
from visavis.doors.entrance import request_now


def service_of(request: HttpRequest) -> ServiceVersion | None:
    """Return the service that somebody came from, as it is today."""
    code = request.POST.get("service") or request.GET.get("service") or ""
    today = localdate(request_now(request))
    is_one = code.isascii() and code.isprintable()
    return ServiceVersion.objects.on(today).filter(code=code).first() if code and is_one else None
