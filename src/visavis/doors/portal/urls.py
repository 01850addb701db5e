"""Addresses of the portal, one module an area."""

from visavis.doors.portal import (
    urls_account,
    urls_appointments,
    urls_by_phone,
    urls_cases,
    urls_catalogue,
    urls_identity,
    urls_outbox,
    urls_papers,
    urls_payments,
    urls_visit,
)

app_name = "portal"
urlpatterns = [
    *urls_catalogue.urlpatterns,  # first: most requests, and trying addresses costs time
    *urls_visit.urlpatterns,
    *urls_account.urlpatterns,
    *urls_identity.urlpatterns,
    *urls_cases.urlpatterns,
    *urls_by_phone.urlpatterns,
    *urls_appointments.urlpatterns,
    *urls_payments.urlpatterns,
    *urls_papers.urlpatterns,
    *urls_outbox.urlpatterns,
]
