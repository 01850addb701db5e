"""How somebody gets into an account, whichever door they came by: django-allauth's stages, our words.

The rooms decide whether somebody may come in; here the session is begun, the second factor asked
for where the account has one, the started requests of the unknown visitor are given to the account.
"""

from datetime import datetime
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.constants import LoginStageKey
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse, translate_url
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_path, override

from visavis.cases import operations as cases
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.foundation.actor import Actor
from visavis.notices import operations as notices
from visavis.people import queries, rules
from visavis.people.models import User
from visavis.visits import handing_off

NEXT = "next"
REMEMBERED_S = 30 * 24 * 60 * 60  # at home, when somebody asks for it
SECOND_FACTOR = "mfa"  # the name under which allauth remembers it in the session


def next_of(request: HttpRequest, otherwise: str = "portal:account") -> str:
    """Return where somebody wanted to go: an address of this counter, nothing else."""
    target = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    is_ours = (
        target.startswith("/")
        and "\0" not in target
        and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    )
    return in_language_of(request, target) if is_ours else reverse(otherwise)


def in_language_of(request: HttpRequest, target: str) -> str:
    """Return an address of ours in the language of this page: it may have been switched since."""
    spoken, wanted = get_language_from_path(urlsplit(target).path), language_of(request)
    if spoken is None or spoken == wanted:
        return target
    with override(spoken):  # an address is understood only in its own language
        return translate_url(target, wanted)


def with_next(view: str, target: str) -> str:
    """Return the address of a page that leads on to another one afterwards."""
    return f"{reverse(view)}?{urlencode({NEXT: target})}"


def begin(request: HttpRequest, user: User, *, by: str, target: str) -> HttpResponse:
    """Begin the session of somebody who has shown who they are, and lead on.

    Args:
        by: "password", "printed_code", "phone", "passkey", "provider" or "registration".
        target: a safe address, see `next_of`.
    """
    record_authentication(request, user, method=by)
    return _response(perform_login(request, Login(user=user, redirect_url=target)))


def send_code(request: HttpRequest, contact: rules.Contact, user: User | None) -> None:
    """Send a login code, or, without an account, do all that can be seen of it."""
    by_mail = contact.kind is rules.ContactKind.MAIL
    LoginCodeVerificationProcess.initiate(
        request=request,
        user=user,
        email=contact.address if by_mail else None,
        phone=None if by_mail else contact.address,
    )


def code_is_awaited(request: HttpRequest) -> bool:
    """Tell whether a login code was asked for in this session and is not too old."""
    return _code_process(request) is not None


def begin_by_code(request: HttpRequest, code: str, *, target: str) -> HttpResponse | None:
    """Begin the session if this is the code; count the try and return None if it is not."""
    process = _code_process(request)
    if process is None:
        return None
    if process.user is None or not compare_user_code(actual=code, expected=process.code):
        process.record_invalid_attempt()
        return None
    return _response(process.finish(target))


def awaits_second_factor(request: HttpRequest) -> User | None:
    """Return who has shown their password and still owes the second factor."""
    stage = get_pending_stage(request)
    if stage is None or stage.key != SecondFactorStage.key:
        return None
    user = stage.login.user
    return user if isinstance(user, User) else None


def pass_second_factor(request: HttpRequest, user: User, *, target: str) -> HttpResponse:
    """Go on after the second factor was right: into the session, or on in it."""
    record_authentication(request, user, method=SECOND_FACTOR, type="totp")
    stage = get_pending_stage(request)
    if stage is None:
        return redirect(target)
    return _response(stage.exit())


def second_factor_passed_at(request: HttpRequest) -> float | None:
    """Return when this session last passed a second factor, in seconds since 1970."""
    records = get_authentication_records(request, request.user)
    moments = [record["at"] for record in records if record["method"] == SECOND_FACTOR]
    return max(moments, default=None)


def was_begun_by(request: HttpRequest) -> frozenset[str]:
    """Return the ways in which this session's owner has shown who they are."""
    records = get_authentication_records(request, request.user)
    return frozenset(str(record["method"]) for record in records)


def end(request: HttpRequest) -> None:
    """End the session; nothing of it stays, nor may a lent phone go on."""
    if isinstance(request.user, User):
        handing_off.end_all(holder=request.user.name, now=request_now(request))
    logout(request)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Where allauth asks this counter."""

    def get_login_stages(self) -> list[str]:
        return ["visavis.doors.sign_in.CodeStage", "visavis.doors.sign_in.SecondFactorStage"]

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Say nothing: our pages say what happened."""

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin the session, and give the account what its owner began before."""
        before, now = actor_of(request), request_now(request)
        super().login(request, user)
        if request.POST.get("remember") and before.visit is None:
            request.session.set_expiry(REMEMBERED_S)
        _adopt(request, before, now=now)

    def post_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        now = request_now(request)
        if queries.has_agreed(user, now=now) or queries.roles_of(user, now=now):
            return _response(response)
        return redirect(with_next("portal:agreement", response["Location"]))

    def generate_login_code(self) -> str:
        return get_random_string(rules.CODE_DIGITS, "0123456789")

    def generate_phone_verification_code(self, *, user: User, phone: str) -> str:
        return self.generate_login_code()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        _send(rules.Contact(rules.ContactKind.MAIL, email), str(context["code"]), self.request)

    def send_verification_code_sms(
        self, user: User, phone: str, code: str, **kwargs: object
    ) -> None:
        _send(rules.Contact(rules.ContactKind.SMS, phone), code, self.request)

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Do nothing: a login code goes only to a number that is confirmed already."""


class CodeStage(LoginByCodeStage):  # type: ignore[misc]  # allauth has no types
    """Waits for the code that was asked for instead of a password."""

    urlname = "portal:login_code_enter"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        return (redirect(self.urlname), True) if self.state else (None, True)


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]  # allauth has no types
    """Waits for the second factor of an account that has one."""

    urlname = "staff:second_factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if not self._should_handle(self.request):
            return None, True
        self.state["authentication_required"] = True
        return redirect(self.urlname), True


def _code_process(request: HttpRequest) -> LoginCodeVerificationProcess | None:
    stage = LoginStageController.enter(request, LoginStageKey.LOGIN_BY_CODE.value)
    return LoginCodeVerificationProcess.resume(stage) if stage else None


def _adopt(request: HttpRequest, before: Actor, *, now: datetime) -> None:
    if before.is_anonymous:
        cases.adopt(held_by=before.name, actor=actor_of(request), now=now)


def _send(contact: rules.Contact, code: str, request: HttpRequest) -> None:
    owner = queries.owner_of(contact)
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    notices.send(
        channel=contact.kind,
        address=contact.address,
        language=language_of(request),
        template="login-code",
        values={"code": code, "minutes": str(minutes)},
        subject=f"person:{owner.name}" if owner else "person:unknown",
        actor=actor_of(request),
        now=request_now(request),
    )


def _response(response: object) -> HttpResponse:
    assert isinstance(response, HttpResponse | HttpResponseRedirect)
    return response
