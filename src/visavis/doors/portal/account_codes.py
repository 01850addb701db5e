"""Printed codes: the sheet with number and codes, for who has neither e-mail nor mobile telephone."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from visavis.doors import sign_in
from visavis.doors.entrance import actor_of, request_now
from visavis.doors.portal.account_gate import citizen_required, user_of
from visavis.people import second_factor, signing_in

SEEN_UNTIL = "codes_seen_until"
SEEN_S = (
    15 * 60
)  # long enough to print; afterwards a passer-by cannot read them from an open session


def let_be_seen(request: HttpRequest) -> None:
    """Show the codes of this session's account on its sheet, for a while."""
    request.session[SEEN_UNTIL] = request_now(request).timestamp() + SEEN_S


@require_http_methods(["GET", "POST"])
@citizen_required
def sheet(request: HttpRequest) -> HttpResponse:
    """Show the sheet to print; make new codes on demand."""
    user, now = user_of(request), request_now(request)
    target = sign_in.next_of(request)
    if request.method == "POST":
        signing_in.new_printed_codes(user=user, actor=actor_of(request), now=now)
        let_be_seen(request)
        return redirect(sign_in.with_next("portal:sheet", target))
    may_be_seen = request.session.get(SEEN_UNTIL, 0) > now.timestamp()
    context = {
        "codes": second_factor.recovery_codes(user) if may_be_seen else [],
        "left": second_factor.recovery_codes_left(user),
        "printed_at": now,
        "login_address": settings.BASE_URL + reverse("portal:login_printed"),
        "next": target,
        "read_aloud": False,
    }
    return render(request, "portal/account/sheet.html", context)
