"""Paying by bill: what to enter at the bank, and the sheet with the payment part."""

from pathlib import Path
from threading import Lock
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from visavis.catalog import prints
from visavis.doors.entrance import language_of, request_now
from visavis.doors.portal import payments_access
from visavis.foundation import accounts
from visavis.payments import bills
from visavis.payments.models import Payment
from visavis.payments.qr_bill import references
from visavis.payments.refusals import NotByBill
from visavis.places import queries as places
from visavis.typesetting import qr

LONGEST_WAIT_S = 8.0
_press = Lock()  # setting a page takes a processor for a moment: one at a time


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know no further arguments
@never_cache
@require_GET
def bill(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Account, reference and amount, a code for the bank's app, and the way to the sheet."""
    asked = payments_access.payment_for(request, payment_id)
    try:
        written = bills.bill_of(asked, language=language_of(request))
    except NotByBill as error:
        raise Http404 from error
    context = {
        "payment": asked,
        "bill": written,
        "account": accounts.spaced(written.account),
        "reference": references.spaced(written.reference),
        "qr": mark_safe(qr.svg(written.payload, error="m", encoding="utf-8")),
        "is_specimen": settings.WORLD != "live",
    }
    return render(request, "portal/payments/bill.html", context)


@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]  # as above
@xframe_options_sameorigin
@never_cache
@require_GET
def bill_sheet(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """The bill as a PDF; there is none for what is no longer asked for."""
    asked = payments_access.payment_for(request, payment_id)
    if not asked.is_asked:
        raise Http404
    if not _press.acquire(timeout=LONGEST_WAIT_S):
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    try:
        pdf = _set(request, asked)
    except NotByBill as error:
        raise Http404 from error
    finally:
        _press.release()
    # At a kiosk or tablet nothing may stay behind as a file: there it is only shown and printed.
    saves = "save" in request.GET and not getattr(request, "visit", None)
    way = "attachment" if saves else "inline"
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'{way}; filename="bill-{asked.number}.pdf"'
    return response


def _set(request: HttpRequest, asked: Payment) -> bytes:
    folder, language = Path(settings.PACK) / "brand", language_of(request)
    return bills.pdf(
        asked,
        language=language,
        brand=prints.brand(
            places.canton(),
            css=(folder / "tokens.css").read_text(encoding="utf-8"),
            logo=(folder / "wordmark.svg").read_text(encoding="utf-8"),
            language=language,
        ),
        is_specimen=settings.WORLD != "live",
        made_at=request_now(request),
    )
