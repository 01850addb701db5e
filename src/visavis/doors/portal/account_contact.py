"""Addresses of an account and their codes, and its password."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from visavis.doors import sign_in
from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    kept,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import account_refusals
from visavis.doors.portal.account_forms import (
    ChangePasswordForm,
    CodeForm,
    ContactForm,
    PasswordForm,
)
from visavis.doors.portal.account_gate import citizen_required, user_of
from visavis.foundation.throttles import TooMany
from visavis.people import contacts, queries, rules, signing_in
from visavis.people.refusals import NothingToConfirm, WeakPassword, WrongCode, WrongCredentials

PAGES = ["GET", "POST"]
PROVEN_OTHERWISE = frozenset({"code", "printed_code", "passkey", "provider"})


@require_http_methods(PAGES)
@citizen_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the code that was sent; it can be done later just as well."""
    if wants_another_language(request):
        return keep_and_switch(request)
    user, now = user_of(request), request_now(request)
    target = sign_in.next_of(request)
    waiting = queries.waiting_contact(user, now=now)
    if waiting is None:
        return redirect(target)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            contacts.confirm(
                user=user, code=form.cleaned_data["code"], actor=actor_of(request), now=now
            )
        except (WrongCode, TooMany) as refusal:
            account_refusals.say(form, refusal, field="code")
        else:
            return redirect(target)
    return _confirm_page(request, form, waiting)


@require_POST
@citizen_required
def send_again(request: HttpRequest) -> HttpResponse:
    """Send a new code to the address that waits for one."""
    user, now = user_of(request), request_now(request)
    target = sign_in.next_of(request)
    form = CodeForm({})
    form.errors.clear()
    try:
        contacts.send_again(user=user, actor=actor_of(request), now=now)
    except NothingToConfirm:
        return redirect(target)
    except TooMany as refusal:
        account_refusals.say(form, refusal)
        waiting = queries.waiting_contact(user, now=now)
        assert waiting is not None
        return _confirm_page(request, form, waiting)
    return redirect(sign_in.with_next("portal:confirm", target) + "&sent=again")


def _confirm_page(request: HttpRequest, form: CodeForm, waiting: rules.Contact) -> HttpResponse:
    context = {
        "form": form,
        "form_id": "confirm",
        "waiting": waiting,
        "person": user_of(request),
        "minutes": int(rules.CODE_LIVES.total_seconds() // 60),
        "is_again": request.GET.get("sent") == "again",
        "next": sign_in.next_of(request),
        "read_aloud": False,
    }
    return render(request, "portal/account/confirm.html", context)


@require_http_methods(PAGES)
@citizen_required
def contact(request: HttpRequest) -> HttpResponse:
    """Give a new address, or take one away."""
    if wants_another_language(request):
        return keep_and_switch(request)
    user, now = user_of(request), request_now(request)
    if request.POST.get("forget") in list(rules.ContactKind):
        kind = rules.ContactKind(request.POST["forget"])
        contacts.forget_contact(user=user, kind=kind, actor=actor_of(request), now=now)
        return redirect("portal:contact")
    form = ContactForm(request.POST or None, initial=kept(request))
    if form.is_valid():
        try:
            contacts.give_contact(
                user=user, contact=form.cleaned_data["contact"], actor=actor_of(request), now=now
            )
        except TooMany as refusal:
            account_refusals.say(form, refusal)
        else:
            return redirect("portal:confirm")
    context = {"form": form, "form_id": "contact", "person": user, "read_aloud": False}
    return render(request, "portal/account/contact.html", context)


@require_http_methods(PAGES)
@citizen_required
def password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; whoever came in without the old one need not know it."""
    user = user_of(request)
    target = sign_in.next_of(request)
    needs_none = bool(PROVEN_OTHERWISE & sign_in.was_begun_by(request))
    form = (PasswordForm if needs_none else ChangePasswordForm)(request.POST or None)
    if form.is_valid():
        try:
            signing_in.change_password(
                user=user,
                password=form.cleaned_data["password"],
                current=form.cleaned_data.get("current_password"),
                actor=actor_of(request),
                now=request_now(request),
            )
        except WrongCredentials:
            account_refusals.say_wrong_password(form)
        except (WeakPassword, TooMany) as refusal:
            account_refusals.say(form, refusal)
        else:
            update_session_auth_hash(request, user)
            return redirect(target)
    context = {"form": form, "next": target, "needs_none": needs_none}
    return render(request, "portal/account/password.html", context)
