"""Addresses without a language: for machines, short links, kiosks."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from visavis.doors.portal import urls_appointments, urls_identity, urls_papers
from visavis.doors.portal.catalogue_links import short_link
from visavis.foundation import database


def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when this process reaches the database."""
    database.now()
    return HttpResponse("well\n", content_type="text/plain")


urlpatterns = [
    path("health", health, name="health"),
    path("s/<slug:code>", short_link, name="short_link"),
    path("s/<slug:code>/<slug:site>", short_link, name="short_link"),
    *urls_papers.machine_urlpatterns,
    *urls_identity.machine_urlpatterns,
    *urls_appointments.machine_urlpatterns,
]
