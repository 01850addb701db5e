"""Addresses of issued papers, and of checking them."""

from django.urls import path

from visavis.doors.portal import papers, papers_check

urlpatterns = [
    path("check/", papers_check.check, name="check"),
    path("papers/<uuid:paper_id>/", papers.paper, name="paper"),
    path("papers/<uuid:paper_id>/<slug:kind>.pdf", papers.document, name="paper_document"),
]
# Without a language: printed in barcodes, fetched by programs.
machine_urlpatterns = [
    path("check", papers_check.from_barcode, name="check_from_barcode"),
    path("check/keys.json", papers_check.keys, name="check_keys"),
    path("check/revoked.txt", papers_check.revoked, name="check_revoked"),
    path("check/eu-keys.json", papers_check.eu_keys, name="check_eu_keys"),
    path("check/eu-revoked.json", papers_check.eu_revoked, name="check_eu_revoked"),
]
