"""Tables of money. Amounts are whole centimes; what was asked is never rewritten."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from visavis.foundation import codes
from visavis.foundation.money import chf
from visavis.payments import rules
from visavis.payments.bank_models import Assignment  # noqa: F401 - a table of this room
from visavis.payments.ledger_models import Entry, Posting  # noqa: F401 - tables of this room
from visavis.payments.receipt_models import Receipt  # noqa: F401 - a table of this room
from visavis.payments.reconciliation_models import (  # noqa: F401 - tables of this room
    Difference,
    Reconciliation,
)
from visavis.payments.refund_models import Refund  # noqa: F401 - a table of this room
from visavis.payments.till_models import Till

ONE_A_SUBJECT = "payments_one_payment_a_subject"
ONE_LIVE_ATTEMPT = "payments_one_live_attempt_a_payment"


class PaymentQuerySet(models.QuerySet["Payment"]):
    def asked(self) -> Self:
        return self.filter(state__in=rules.ASKED)


class Payment(models.Model):
    """What one subject costs. Amount, number and subject are frozen by a trigger."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=rules.NUMBER_DIGITS, unique=True)  # read aloud, typed
    subject = models.CharField(max_length=80)  # "case:<uuid>"
    office = models.CharField(max_length=40)  # code of the organisation that gets the money
    purpose = models.JSONField()  # one text a language, without personal data
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default=rules.CURRENCY)
    state = models.CharField(max_length=10, default=rules.State.OPEN)
    requested_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=80, blank=True)  # an Actor name, as in the journal
    method = models.CharField(max_length=10, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name=ONE_A_SUBJECT, fields=["subject"]),
            models.CheckConstraint(
                name="payments_amount_is_positive", condition=Q(amount_cents__gt=0)
            ),
            models.CheckConstraint(name="payments_are_in_francs", condition=Q(currency="CHF")),
            models.CheckConstraint(
                name="payments_state_is_known",
                condition=Q(state__in=[state.value for state in rules.State]),
            ),
            models.CheckConstraint(
                name="payments_settled_says_when_how_and_by_whom",
                condition=(
                    Q(state="settled", settled_at__isnull=False)
                    & Q(method__in=[method.value for method in rules.Method])
                    & ~Q(settled_by="")
                )
                | (~Q(state="settled") & Q(settled_at=None, method="", settled_by="")),
            ),
            models.CheckConstraint(
                name="payments_cancelled_says_when",
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at=None)),
            ),
        ]

    class Privacy:
        personal = frozenset({"subject", "settled_by"})
        plain = frozenset(
            {
                *("id", "number", "office", "purpose", "amount_cents", "currency", "state"),
                *("requested_at", "settled_at", "method", "cancelled_at"),
            }
        )

    def __str__(self) -> str:
        return f"payment {codes.spoken(self.number)}"

    @property
    def amount(self) -> str:
        return chf(self.amount_cents)

    @property
    def spoken_number(self) -> str:
        return codes.spoken(self.number)

    @property
    def cash(self) -> rules.CashDue:
        return rules.in_cash(self.amount_cents)

    @property
    def is_asked(self) -> bool:
        return self.state in rules.ASKED

    @property
    def is_pending(self) -> bool:
        return self.state == rules.State.PENDING

    @property
    def is_settled(self) -> bool:
        return self.state == rules.State.SETTLED

    @property
    def is_cancelled(self) -> bool:
        return self.state == rules.State.CANCELLED


class PaymentLine(models.Model):
    """One item of the amount; the lines' sum is the amount (a deferred trigger)."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    label = models.JSONField()
    amount_cents = models.IntegerField()  # a reduction is negative

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="payments_one_line_a_position", fields=["payment", "position"]
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "payment", "position", "code", "label", "amount_cents"})


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def live(self) -> Self:
        return self.filter(state__in=rules.LIVE)

    def to_ask_at(self, now: datetime) -> Self:
        return self.live().filter(next_ask_at__lte=now).order_by("next_ask_at")


class Attempt(models.Model):
    """One try to pay with the provider. At most one of a payment lives at a time."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="attempts")
    key = models.UUIDField(default=uuid4, unique=True)  # ours: one key, one order there
    reference = models.CharField(max_length=120, blank=True)  # the provider's
    page_url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, default=rules.AttemptState.STARTING)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=80)  # an Actor name
    asks = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True, blank=True)
    next_ask_at = models.DateTimeField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name=ONE_LIVE_ATTEMPT,
                fields=["payment"],
                condition=Q(state__in=["starting", "open", "failed"]),
            ),
            models.CheckConstraint(
                name="payments_attempt_state_is_known",
                condition=Q(state__in=[state.value for state in rules.AttemptState]),
            ),
        ]
        indexes = [
            models.Index(
                name="payments_attempts_to_ask",
                fields=["next_ask_at"],
                condition=Q(next_ask_at__isnull=False),
            )
        ]

    class Privacy:
        personal = frozenset({"begun_by"})
        plain = frozenset(
            {
                *("id", "payment", "key", "reference", "page_url", "state", "begun_at", "asks"),
                *("asked_at", "next_ask_at"),
            }
        )

    @property
    def is_live(self) -> bool:
        return self.state in rules.LIVE

    @property
    def has_failed(self) -> bool:
        return self.state == rules.AttemptState.FAILED

    @property
    def is_closed(self) -> bool:
        return self.state == rules.AttemptState.CLOSED


class ProviderEvent(models.Model):
    """A signed call of the provider, as it came. It makes us ask, and proves nothing."""

    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=120)
    key = models.CharField(max_length=120)  # of an attempt, or of nothing that we know
    body = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_one_event_an_id", fields=["provider", "event_id"]
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "provider", "event_id", "key", "body", "received_at"})


class CashReceipt(models.Model):
    """Cash that a clerk took at a site, rounded to five centimes."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="cash_receipt")
    key = models.UUIDField(unique=True)  # of the clerk's form: many taps, one receipt
    # Receipts of before there were tills have none.
    till = models.ForeignKey(
        Till, on_delete=models.PROTECT, null=True, blank=True, related_name="receipts"
    )
    site = models.CharField(max_length=40)
    serial = models.PositiveIntegerField()  # without gaps at each site
    clerk = models.CharField(max_length=80)  # an Actor name
    due_cents = models.PositiveIntegerField()
    received_cents = models.PositiveIntegerField()
    difference_cents = models.SmallIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_one_receipt_a_serial", fields=["site", "serial"]
            ),
            models.CheckConstraint(
                name="payments_rounding_is_kept",
                condition=Q(difference_cents=F("received_cents") - F("due_cents")),
            ),
            models.CheckConstraint(
                name="payments_rounding_is_small", condition=Q(difference_cents__range=(-2, 2))
            ),
        ]

    class Privacy:
        personal = frozenset({"clerk"})
        plain = frozenset(
            {
                *("id", "payment", "key", "till", "site", "serial", "due_cents", "received_cents"),
                *("difference_cents", "received_at"),
            }
        )

    @property
    def received(self) -> str:
        return chf(self.received_cents)


class BankBookingQuerySet(models.QuerySet["BankBooking"]):
    def to_put_right(self) -> Self:
        return self.exclude(fate=rules.Fate.SETTLED).filter(resolved_at=None)

    def taken_back(self) -> Self:
        return self.filter(fate=rules.Fate.TAKEN_BACK, resolved_at=None)


class BankBooking(models.Model):
    """Money that a bank's statement names, kept once however often the bank repeats it.

    What the bank said is frozen by a trigger. Nothing of the payer is kept.
    """

    identity = models.CharField(max_length=64, unique=True)  # of statements.camt.Booking
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="bank_bookings"
    )
    # Of a reversal: what the bank took back, once found.
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    account = models.CharField(max_length=21)
    reference = models.CharField(max_length=80, blank=True)
    bank_reference = models.CharField(max_length=80, blank=True)
    amount_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    booked_on = models.DateField()
    is_reversal = models.BooleanField(default=False)
    fate = models.CharField(max_length=24)
    imported_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=80, blank=True)  # an Actor name
    remedy = models.CharField(max_length=12, blank=True)

    objects = BankBookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_one_booking_settles_a_payment",
                fields=["payment"],
                condition=Q(fate="settled"),
            ),
            models.CheckConstraint(
                name="payments_booking_is_positive", condition=Q(amount_cents__gt=0)
            ),
            models.CheckConstraint(
                name="payments_booking_fate_is_known",
                condition=Q(fate__in=[fate.value for fate in rules.Fate]),
            ),
            models.CheckConstraint(
                name="payments_settling_booking_names_its_payment",
                condition=~Q(fate="settled")
                | Q(payment__isnull=False, is_reversal=False, resolved_at=None),
            ),
            models.CheckConstraint(
                name="payments_booking_resolved_says_how_and_by_whom",
                condition=Q(resolved_at=None, resolved_by="", remedy="")
                | (Q(resolved_at__isnull=False) & ~Q(resolved_by="") & ~Q(remedy="")),
            ),
        ]

    class Privacy:
        personal = frozenset({"resolved_by"})
        plain = frozenset(
            {
                *(
                    "id",
                    "identity",
                    "payment",
                    "reverses",
                    "account",
                    "reference",
                    "bank_reference",
                ),
                *("amount_cents", "currency", "booked_on", "is_reversal", "fate", "imported_at"),
                *("resolved_at", "remedy"),
            }
        )

    @property
    def amount(self) -> str:
        return chf(self.amount_cents).replace(rules.CURRENCY, self.currency)


class TroubleQuerySet(models.QuerySet["Trouble"]):
    def unresolved(self) -> Self:
        return self.filter(resolved_at=None)


class Trouble(models.Model):
    """Money that a person must put right: paid twice, paid too late, another amount, no answer."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="troubles")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="troubles")
    kind = models.CharField(max_length=24)
    amount_cents = models.PositiveIntegerField()  # the money in question
    noticed_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=80, blank=True)  # an Actor name
    remedy = models.CharField(max_length=12, blank=True)

    objects = TroubleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_one_trouble_an_attempt_and_kind", fields=["attempt", "kind"]
            ),
            models.CheckConstraint(
                name="payments_trouble_resolved_says_how_and_by_whom",
                condition=Q(resolved_at=None, resolved_by="", remedy="")
                | (Q(resolved_at__isnull=False) & ~Q(resolved_by="") & ~Q(remedy="")),
            ),
        ]

    class Privacy:
        personal = frozenset({"resolved_by"})
        plain = frozenset(
            {
                *("id", "payment", "attempt", "kind", "amount_cents", "noticed_at"),
                *("resolved_at", "remedy"),
            }
        )
