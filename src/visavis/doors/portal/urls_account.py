"""Addresses of the account."""

from django.urls import path

from visavis.doors.portal import (
    account,
    account_by_phone,
    account_codes,
    account_contact,
    account_profile,
    account_registering,
    account_signing_in,
    documents,
)

urlpatterns = [
    path("account/", account.overview, name="account"),
    path("account/start/", account_signing_in.account_start, name="account_start"),
    path("account/register/", account_registering.contact, name="register"),
    path("account/register/you/", account_registering.person, name="register_person"),
    path("account/register/terms/", account_registering.agreement, name="register_agreement"),
    path("account/login/", account_signing_in.by_password, name="login"),
    path("account/login/code/", account_signing_in.by_code, name="login_code"),
    path("account/login/code/enter/", account_signing_in.enter_code, name="login_code_enter"),
    path("account/login/printed/", account_signing_in.by_printed_code, name="login_printed"),
    path("account/login/phone/", account_by_phone.screen, name="login_phone"),
    path("account/login/phone/state/", account_by_phone.state, name="login_phone_state"),
    path("phone/<str:token>/", account_by_phone.phone, name="on_phone"),
    path("account/logout/", account_signing_in.leave, name="logout"),
    path("account/confirm/", account_contact.confirm, name="confirm"),
    path("account/confirm/again/", account_contact.send_again, name="confirm_again"),
    path("account/contact/", account_contact.contact, name="contact"),
    path("account/password/", account_contact.password, name="password"),
    path("account/codes/", account_codes.sheet, name="sheet"),
    path("account/person/", account_profile.person, name="profile"),
    path("account/address/", account_profile.address, name="address"),
    path("account/told/", account_profile.notify, name="notify"),
    path("account/terms/", account.agreement, name="agreement"),
    path("account/documents/", documents.documents, name="documents"),
    path("account/data/", account.my_data, name="my_data"),
    path("account/close/", account.close, name="account_close"),
    path("account/closed/", account.closed, name="account_closed"),
    path("account/data/file/", account.my_data_file, name="my_data_file"),
]
