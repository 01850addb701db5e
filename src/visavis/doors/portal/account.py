"""The account's own page, the terms of use, and everything that is kept about its owner."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from visavis.appointments.models import Right
from visavis.cases import queries as cases
from visavis.doors import sign_in
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.portal import account_file, account_passkeys, account_refusals, account_texts
from visavis.doors.portal.account_forms import NOTIFY_BY, AgreementForm, CloseForm
from visavis.doors.portal.account_gate import citizen_required, user_of
from visavis.doors.portal.account_labels import day_in_words, sections_of
from visavis.journal import operations as journal
from visavis.people import closing, operations, queries, rules, second_factor
from visavis.people.models import User
from visavis.people.refusals import AgreementOutdated, StillStaff
from visavis.places import queries as places


@require_GET
@citizen_required
def overview(request: HttpRequest) -> HttpResponse:
    """Show who the counter thinks somebody is, and what they can change."""
    user, now = user_of(request), request_now(request)
    commune = places.commune(user.commune, on=localdate(now)) if user.commune else None
    context = {
        "person": user,
        "birth": day_in_words(user.birth),
        "postal_address": ", ".join(queries.postal_lines(user)),
        "language_name": dict(settings.LANGUAGES)[user.language],
        "level": queries.level_of(user, now=now),
        "waiting": queries.waiting_contact(user, now=now),
        "notify_by": NOTIFY_BY[rules.NotifyBy(user.notify_by)],
        "commune": commune,
        "codes_left": second_factor.recovery_codes_left(user),
        "has_passkeys": account_passkeys.is_offered(request),
        "passkeys": user.passkeys.count(),
        "agreement": user.agreements.order_by("-version").first(),
        "read_aloud": False,
    }
    return render(request, "portal/account/overview.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest) -> HttpResponse:
    """Show the terms of use; ask for them where a new version is not accepted yet."""
    target = sign_in.next_of(request)
    user, now = request.user, request_now(request)
    must_accept = isinstance(user, User) and not queries.has_agreed(user, now=now)
    form = AgreementForm(request.POST or None)
    if isinstance(user, User) and form.is_valid():
        try:
            operations.accept_agreement(
                user=user,
                version=form.cleaned_data["version"],
                language=language_of(request),
                actor=actor_of(request),
                now=now,
            )
        except AgreementOutdated as refusal:
            account_refusals.say(form, refusal)
        else:
            return redirect(target)
    context = {
        "form": form,
        "agreement": account_texts.agreement(request),
        "must_accept": must_accept,
        "is_first": must_accept and isinstance(user, User) and not user.agreements.exists(),
        "next": target,
    }
    return render(request, "portal/account/agreement.html", context)


@require_GET
@citizen_required
def my_data(request: HttpRequest) -> HttpResponse:
    """Show everything that is kept about somebody, in words."""
    context = {"sections": sections_of(_everything(request)), "read_aloud": False}
    return render(request, "portal/account/my_data.html", context)


@require_GET
@citizen_required
def my_data_file(request: HttpRequest) -> HttpResponse:
    """Give everything that is kept about somebody as a file for machines."""
    response = JsonResponse(
        _everything(request), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = 'attachment; filename="visavis.json"'
    return response


@require_http_methods(["GET", "POST"])
@citizen_required
def close(request: HttpRequest) -> HttpResponse:
    """Close the account for good, after asking once more."""
    form = CloseForm(request.POST or None)
    if form.is_valid():
        try:
            closing.close_account(
                user=user_of(request), actor=actor_of(request), now=request_now(request)
            )
        except StillStaff as refusal:
            account_refusals.say(form, refusal)
        else:
            sign_in.end(request)
            return redirect("portal:account_closed")
    name = user_of(request).name
    context = {
        "form": form,
        "requests": cases.how_many_underway(name),
        "drafts": cases.drafts_of(actor_of(request)).count(),
        "appointments": Right.objects.of(name).filter(closed_at=None).count(),
        "read_aloud": False,
    }
    return render(request, "portal/account/close.html", context)


@require_GET
def closed(request: HttpRequest) -> HttpResponse:
    """Say that the account is closed."""
    return render(request, "portal/account/closed.html")


def _everything(request: HttpRequest) -> dict[str, object]:
    user, now = user_of(request), request_now(request)
    actor = actor_of(request)
    journal.record(what="people.exported", subject=f"person:{user.name}", actor=actor, now=now)
    return account_file.file_of(user, now=now)
