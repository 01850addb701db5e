"""What the bank says: a statement from a file, what came of it, and money that fits no bill."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from visavis.doors.entrance import actor_of, request_now
from visavis.doors.office.remedies import BEING_REFUNDED, RemedyForm
from visavis.doors.staff_gate import require_role
from visavis.foundation.actor import Actor, Kind
from visavis.payments import bank, queries
from visavis.payments.chart import is_stray
from visavis.payments.models import BankBooking
from visavis.payments.refusals import BeingRefunded, ForeignAccount
from visavis.payments.rules import Fate, Remedy
from visavis.payments.statements import camt

LARGEST_FILE = 2 * 1024 * 1024  # bytes that one page keeps in memory; larger ones by the command
WHY: dict[str, Promise] = {
    Fate.UNKNOWN_REFERENCE: _("The reference belongs to none of your bills."),
    Fate.NO_DETAILS: _("A sum of several payments: import the file with their details too."),
    Fate.OTHER_CURRENCY: _("Paid in another currency."),
    Fate.TOO_LITTLE: _("Less was paid than is due: assign it, or give it back."),
    Fate.TOO_MUCH: _("More was paid than is due: assign it and give the rest back, or all of it."),
    Fate.PAID_TWICE: _("Paid twice: this amount is to be given back."),
    Fate.PAID_AFTER_CANCELLING: _(
        "Paid after the payment was cancelled: this amount is to be given back."
    ),
    Fate.TAKEN_BACK: _(
        "The bank took this amount back. If the payer pays again, assign that money to the payment."
    ),
}


class StatementForm(forms.Form):
    """A file of the bank."""

    file = forms.FileField(
        label=_("File of the bank (camt.053 or camt.054)"),
        error_messages={"required": _("Choose the file of the bank.")},
    )

    def clean_file(self) -> bytes:
        """Return the file's bytes."""
        came = self.cleaned_data["file"]
        if came.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large: at most 2 MB."))
        content: bytes = came.read()
        return content


@dataclass(frozen=True, slots=True)
class Item:
    """One booking of the worklist."""

    booking: BankBooking
    why: Promise

    @property
    def is_assignable(self) -> bool:
        return is_stray(self.booking.fate, self.booking.currency)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def statement(request: HttpRequest) -> HttpResponse:
    """Take a file into memory; the CSRF check reads the body, so it comes after, in `_import`."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FILE * 3 // 2:
        messages.error(request, gettext("This file is too large: at most 2 MB."))
        return redirect("office:statement")
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _import(request)


@csrf_protect
def _import(request: HttpRequest) -> HttpResponse:
    """Import a statement and say what came of it; the same file changes nothing a second time."""
    actor = actor_of(request, kind=Kind.OFFICER)
    is_sent, report = request.method == "POST", None
    form = StatementForm(request.POST, request.FILES) if is_sent else StatementForm()
    if form.is_valid():
        try:
            report = bank.import_statement(
                content=form.cleaned_data["file"], actor=actor, now=request_now(request)
            )
        except camt.StatementRefused:
            form.add_error(
                "file", _("This is no statement that we can read. Nothing was imported.")
            )
        except ForeignAccount:
            form.add_error("file", _("This statement is of another account. Nothing was imported."))
    context = {"form": form, "report": report, "has_items": bool(items_of(actor))}
    return render(request, "office/statement.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def put_right(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Say what was done about one booking, and take it off the list."""
    actor = actor_of(request, kind=Kind.OFFICER)
    item = next((one for one in items_of(actor) if one.booking.pk == booking_id), None)
    if item is None:
        raise Http404
    form, refusal = RemedyForm(request.POST if request.method == "POST" else None), None
    if form.is_valid():
        remedy = Remedy(form.cleaned_data["remedy"])
        try:
            bank.put_right(
                booking=item.booking, remedy=remedy, actor=actor, now=request_now(request)
            )
        except BeingRefunded:
            refusal = BEING_REFUNDED
        else:
            messages.success(request, gettext("Noted. It is off the list."))
            return redirect("office:money")
    context = {"form": form, "item": item, "refusal": refusal}
    return render(request, "office/put_right_booking.html", context)


def items_of(actor: Actor) -> list[Item]:
    """Return the bookings that wait for the officer, oldest first."""
    waiting = queries.bookings_to_put_right(bank.accounts_of(actor))
    return [Item(booking, WHY[booking.fate]) for booking in waiting]
