"""The clerk's first page: where they are, and what they can do here."""

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from visavis.doors import entrance
from visavis.doors.desk import workplace
from visavis.doors.staff_gate import require_role
from visavis.foundation.text import said_in
from visavis.payments import queries as payments
from visavis.payments import tills
from visavis.places import queries as places


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a role may do at this site: a card of the home page."""

    role: str
    title: Promise
    text: Promise
    address: str  # name of a page of this door
    icon: str


TASKS = [
    Task(
        role="cashier",
        title=_("Take a payment in cash"),
        text=_("The citizen tells you a payment number of 8 digits."),
        address="desk:cash",
        icon="banknote",
    ),
    Task(
        role="cashier",
        title=_("Give money back"),
        text=_("The office has agreed. The citizen tells you a number of 8 digits."),
        address="desk:refund",
        icon="coins",
    ),
    Task(
        role="cashier",
        title=_("Your till"),
        text=_("Open it with what lies in it; count and close it at the end."),
        address="desk:till",
        icon="coins",
    ),
    Task(
        role="clerk",
        title=_("Visits here and now"),
        text=_("Who is at a device, and since when. Never what they type."),
        address="desk:visits",
        icon="monitor",
    ),
    Task(
        role="clerk",
        title=_("Open a locked draft"),
        text=_("After too many wrong tries. You see nothing of it."),
        address="desk:unlock_draft",
        icon="lock",
    ),
    Task(
        role="checker",
        title=_("Check an identity"),
        text=_("The citizen agrees first, then tells you a code. You compare the document."),
        address="desk:identity",
        icon="id-card",
    ),
]


class SiteChoice(forms.Form):
    """Where the clerk works today."""

    site = forms.ChoiceField(
        label=_("Where do you work today?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the place where you work today.")},
    )

    def __init__(self, *args: object, choices: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        self.fields["site"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, see above


@require_GET
@require_role(*workplace.ROLES)
@workplace.at_a_site
def home(request: HttpRequest) -> HttpResponse:
    """Show the site, the tasks of this clerk's roles, and what the till took today."""
    site, clerk = workplace.site_of(request), workplace.clerk_of(request)
    assert site is not None
    midnight = entrance.request_now(request).astimezone(places.zone())
    since = midnight.replace(hour=0, minute=0, second=0, microsecond=0)
    receipts = payments.receipts_of(site.code, since=since)
    context = {
        "site": site,
        "has_other_sites": len(workplace.sites_for(request)) > 1,
        "tasks": [task for task in TASKS if clerk.has_role(task.role, site=site.code)],
        "is_cashier": clerk.has_role("cashier", site=site.code),
        "tills_to_check": list(tills.to_check(clerk)),
        "receipts": list(receipts),
        "total_cents": sum(receipt.received_cents for receipt in receipts),
    }
    return render(request, "desk/home.html", context)


@require_http_methods(["GET", "POST"])
@require_role(*workplace.ROLES)
def site(request: HttpRequest) -> HttpResponse:
    """Choose where one works today."""
    if entrance.wants_another_language(request):
        return entrance.keep_and_switch(request)
    language = entrance.language_of(request)
    sites = workplace.sites_for(request)
    choices = [(place.code, said_in(place.names, language)) for place in sites]
    form = SiteChoice(request.POST or None, initial=entrance.kept(request), choices=choices)
    if request.method == "POST" and form.is_valid():
        request.session[workplace.SITE] = form.cleaned_data["site"]
        return redirect("desk:home")
    return render(request, "desk/site.html", {"form": form, "form_id": "site", "sites": sites})
