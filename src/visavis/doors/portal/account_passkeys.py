"""Passkeys at the citizen's door: signing in by one, adding one, taking one away."""

from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from visavis.doors import sign_in
from visavis.doors.entrance import actor_of, request_now
from visavis.doors.portal import account_refusals
from visavis.doors.portal.account_gate import citizen_required, user_of
from visavis.foundation.throttles import TooMany
from visavis.people import passkey_rules as rules
from visavis.people import passkeys, queries, webauthn
from visavis.people.refusals import LastWayIn, PasskeyRefused

ASKED = "passkey"  # in the session: the question that its browser may answer
PAGES = ["GET", "POST"]


class AnswerForm(forms.Form):
    """What a browser's passkey has answered; the script writes it."""

    answer = forms.CharField(required=False, max_length=webauthn.LONGEST_ANSWER)
    name = forms.CharField(
        required=False,
        max_length=rules.LONGEST_NAME,
        label=_("What do you call this device?"),
        help_text=_("For example “my phone”. Then you know later which one it is."),
    )


class RemoveForm(forms.Form):
    """The wish to take away a passkey, said twice where only the password remains."""

    sure = forms.BooleanField(required=False, label=_("Yes, I know my password by heart"))


def is_offered(request: HttpRequest) -> bool:
    """Tell whether browsers can have passkeys at the address that this one is on."""
    return webauthn.is_here(request.get_host())


@never_cache
@require_http_methods(PAGES)
def sign_in_by_one(request: HttpRequest) -> HttpResponse:
    """Sign in by a passkey; nothing is typed."""
    _check_offered(request)
    target = sign_in.next_of(request)
    if request.user.is_authenticated:
        return redirect(target)
    refusal = ""
    if request.method == "POST":
        try:
            user = passkeys.sign_in(
                challenge=_asked(request),
                answer=request.POST.get("answer", ""),
                actor=actor_of(request),
                now=request_now(request),
            )
        except (PasskeyRefused, TooMany) as refused:
            refusal = account_refusals.sentence(refused)
        else:
            return sign_in.begin(request, user, by="passkey", target=target)
    context = {"refusal": refusal, "next": target, "query": urlencode({sign_in.NEXT: target})}
    return render(request, "portal/account/login_passkey.html", context)


@never_cache
@require_POST
def begin_signing_in(request: HttpRequest) -> HttpResponse:
    """Give the browser the question to put to a passkey."""
    _check_offered(request)
    try:
        question = passkeys.begin_signing_in(actor=actor_of(request), now=request_now(request))
    except TooMany as refused:
        return _refused(refused)
    return _put(request, question)


@require_http_methods(PAGES)
@citizen_required
def passkeys_of(request: HttpRequest) -> HttpResponse:
    """Show somebody's passkeys, and add one."""
    _check_offered(request)
    user, form = user_of(request), AnswerForm(request.POST or None)
    if form.is_valid():
        try:
            passkeys.add(
                user=user,
                challenge=_asked(request),
                answer=form.cleaned_data["answer"],
                name=form.cleaned_data["name"],
                actor=actor_of(request),
                now=request_now(request),
            )
        except (PasskeyRefused, TooMany) as refused:
            account_refusals.say(form, refused)
        else:
            messages.success(request, gettext("The passkey is added. It opens your account."))
            return redirect("portal:passkeys")
    context = {
        "form": form,
        "form_id": "passkey",
        "passkeys": user.passkeys.order_by("created_at", "pk"),
        "read_aloud": False,
    }
    return render(request, "portal/account/passkeys.html", context)


@require_POST
@citizen_required
def begin_adding(request: HttpRequest) -> HttpResponse:
    """Give the browser what it needs to make a passkey."""
    _check_offered(request)
    try:
        question = passkeys.begin_adding(
            user=user_of(request), actor=actor_of(request), now=request_now(request)
        )
    except (PasskeyRefused, TooMany) as refused:
        return _refused(refused)
    return _put(request, question)


@require_http_methods(PAGES)
@citizen_required
def remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Take a passkey away, after saying what then still opens the account."""
    user, form = user_of(request), RemoveForm(request.POST or None)
    found = user.passkeys.filter(pk=passkey_id).first()
    if found is None:
        return redirect("portal:passkeys")
    if form.is_valid():
        try:
            passkeys.remove(
                user=user,
                passkey_id=passkey_id,
                is_sure=form.cleaned_data["sure"],
                actor=actor_of(request),
                now=request_now(request),
            )
        except LastWayIn as refused:
            account_refusals.say(form, refused, field="sure")
        else:
            messages.success(request, gettext("The passkey is removed. It opens nothing any more."))
            return redirect("portal:passkeys")
    context = {
        "form": form,
        "passkey": found,
        "is_last": not queries.ways_beside_password(user, without=found),
        "read_aloud": False,
    }
    return render(request, "portal/account/passkey_remove.html", context)


def _check_offered(request: HttpRequest) -> None:
    if not is_offered(request):
        raise Http404


def _put(request: HttpRequest, question: passkeys.Question) -> JsonResponse:
    request.session[ASKED] = str(question.challenge)
    return JsonResponse(dict(question.options))


def _asked(request: HttpRequest) -> UUID | None:
    """Return once which question this session was asked."""
    asked = request.session.pop(ASKED, None)
    return UUID(asked) if asked else None


def _refused(refusal: Exception) -> JsonResponse:
    return JsonResponse({"refusal": account_refusals.sentence(refusal)}, status=409)
