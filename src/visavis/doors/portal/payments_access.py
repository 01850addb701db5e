"""Which payments a browser may see: those of its own cases, and those it was shown the way to."""

from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse

from visavis.appointments import fees
from visavis.appointments import queries as appointments
from visavis.cases import queries as cases
from visavis.doors.entrance import actor_of
from visavis.foundation.actor import Actor
from visavis.payments import queries
from visavis.payments.models import Payment
from visavis.payments.refusals import NoSuchPayment

SHOWN = "payments_shown"  # in the session: ids that may be paid here by whoever sits here
MOST_SHOWN = 20
LINK_DAYS = 30
CASE = "case"


def payment_for(request: HttpRequest, payment_id: UUID) -> Payment:
    """Return a payment that this browser may see; the neighbour's does not exist for it.

    Raises:
        Http404: no such payment, or somebody else's.
    """
    try:
        payment = queries.payment(payment_id)
    except NoSuchPayment as error:
        raise Http404 from error
    if not (is_shown(request, payment) or is_theirs(payment, actor=actor_of(request))):
        raise Http404
    return payment


def is_shown(request: HttpRequest, payment: Payment) -> bool:
    """Tell whether this browser came by number or link, and sees amount and purpose only."""
    return str(payment.pk) in request.session.get(SHOWN, [])


def is_theirs(payment: Payment, *, actor: Actor) -> bool:
    """Tell whether the payment belongs to a case or an appointment of the actor."""
    kind, _, case_id = payment.subject.partition(":")
    if kind == fees.FEE:
        right = fees.right_of(payment.subject)
        return right is not None and appointments.may_act(
            right, office=right.calendar.office, actor=actor
        )
    if kind != CASE:
        return False
    try:
        cases.case_for(UUID(case_id), actor=actor)
    except (cases.NoSuchCase, ValueError):
        return False
    return True


def show(request: HttpRequest, payment: Payment) -> None:
    """Let this browser see a payment from now on."""
    shown = [key for key in request.session.get(SHOWN, []) if key != str(payment.pk)]
    request.session[SHOWN] = [*shown, str(payment.pk)][-MOST_SHOWN:]


def link_to(payment: Payment) -> str:
    """Return the part of an address with which anybody may pay this payment for a while."""
    return _signer().sign(payment.number)


def payment_of_link(link: str) -> Payment:
    """Return the payment that a link leads to.

    Raises:
        Http404: altered, or too old.
    """
    try:
        return queries.by_number(_signer().unsign(link, max_age=LINK_DAYS * 86_400))
    except (BadSignature, NoSuchPayment) as error:
        raise Http404 from error


def case_address(payment: Payment) -> str:
    """Return the address of the case or appointment that is paid for, or nothing."""
    kind, _, case_id = payment.subject.partition(":")
    if kind == fees.FEE:
        right = fees.right_of(payment.subject)
        return reverse("portal:appointment", args=[right.pk]) if right else ""
    try:
        return reverse("portal:case", args=[case_id]) if kind == CASE else ""
    except NoReverseMatch:
        return ""


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="portal.payments.link", sep="~")
