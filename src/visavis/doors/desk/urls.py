"""Addresses of this door."""

from django.urls import URLPattern, path

from visavis.doors.desk import cash, drafts, home, identity, refunds, till, visits

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("site", home.site, name="site"),
    path("visits/", visits.visits, name="visits"),
    path("visits/<uuid:visit_id>/stop/", visits.stop_visit, name="stop_visit"),
    path("drafts/unlock", drafts.unlock, name="unlock_draft"),
    path("identity", identity.enter, name="identity"),
    path("identity/document", identity.compare, name="identity_compare"),
    path("cash", cash.enter, name="cash"),
    path("cash/confirm", cash.confirm, name="cash_confirm"),
    path("refunds", refunds.enter, name="refund"),
    path("refunds/confirm", refunds.confirm, name="refund_confirm"),
    path("till/", till.till, name="till"),
    path("till/close", till.close, name="till_close"),
    path("till/<uuid:till_id>/", till.sheet, name="till_sheet"),
    path("till/<uuid:till_id>/check", till.check, name="till_check"),
    path("cash/receipts/<uuid:key>", cash.receipt, name="cash_receipt"),
]
