"""Addresses of the identity and its checks."""

from django.urls import path

from visavis.doors.portal import identity, identity_online

machine_urlpatterns = [
    path("identity/back", identity_online.back, name="online_back"),  # registered at the providers
]
urlpatterns = [
    path("account/online/<slug:provider>/", identity_online.online, name="online"),
    path("account/identity/unlink/", identity_online.unlink, name="online_unlink"),
    path("account/identity/", identity.identity, name="identity"),
    path("account/identity/ask/", identity.ask, name="identity_ask"),
    path("account/identity/check/", identity.check, name="identity_check"),
    path("account/identity/check/state/", identity.check_state, name="identity_check_state"),
    path("account/identity/agree/", identity.agree, name="identity_agree"),
    path("account/identity/take-back/", identity.take_back, name="identity_take_back"),
    path("account/identity/letter/", identity.letter, name="identity_letter"),
    path("account/identity/letter/code/", identity.letter_code, name="identity_letter_code"),
]
