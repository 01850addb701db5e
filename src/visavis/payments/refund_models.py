"""The table of refunds. What was asked is never rewritten; the sum is kept by a trigger."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from visavis.foundation import codes
from visavis.foundation.money import chf, round_to_five
from visavis.payments import refund_rules as rules
from visavis.payments.refund_rules import State, Way


class RefundQuerySet(models.QuerySet["Refund"]):
    def counted(self) -> Self:
        """What counts against the money that came."""
        return self.filter(state__in=rules.COUNTED)

    def to_ask_at(self, now: datetime) -> Self:
        return self.filter(state=State.SENT, way=Way.PROVIDER, next_ask_at__lte=now).order_by(
            "next_ask_at"
        )


class Refund(models.Model):
    """Money of one payment that goes back, wholly or in part.

    It goes back from one source: what settled the payment, or a surplus (a trouble or a booking
    of the bank). Of no source can more go back than came: a trigger adds up under the payment's
    lock. From approval on its row is frozen but for its steps, by the same trigger.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    payment = models.ForeignKey(
        "payments.Payment", on_delete=models.PROTECT, related_name="refunds"
    )
    key = models.UUIDField(unique=True)  # of the officer's form, and ours at the provider
    number = models.CharField(max_length=8, unique=True)  # only its citizen sees it: opens the till
    amount_cents = models.PositiveIntegerField()
    way = models.CharField(max_length=10)
    reason = models.CharField(max_length=20)
    attempt = models.ForeignKey(
        "payments.Attempt",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
    )  # by the provider: the paid attempt from which it goes back
    trouble = models.ForeignKey(
        "payments.Trouble",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
    )
    booking = models.ForeignKey(
        "payments.BankBooking",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
    )
    state = models.CharField(max_length=10, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)  # an Actor name, as all names here
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=80, blank=True)
    account = models.BinaryField(default=b"", blank=True)  # sealed; forgotten at the end
    reference = models.CharField(max_length=120, blank=True)  # the provider's
    sent_at = models.DateTimeField(null=True, blank=True)
    asks = models.PositiveIntegerField(default=0)
    next_ask_at = models.DateTimeField(null=True, blank=True)
    till = models.ForeignKey(
        "payments.Till", on_delete=models.PROTECT, null=True, blank=True, related_name="payouts"
    )
    paid_cents = models.PositiveIntegerField(null=True, blank=True)  # in coins
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_refund_is_positive", condition=Q(amount_cents__gt=0)
            ),
            models.CheckConstraint(
                name="payments_refund_words_are_known",
                condition=Q(state__in=[state.value for state in State])
                & Q(way__in=[way.value for way in Way])
                & Q(reason__in=[reason.value for reason in rules.Reason]),
            ),
            models.CheckConstraint(
                name="payments_refund_is_approved_by_another",
                condition=Q(approved_by="") | ~Q(approved_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="payments_refund_approved_says_when_and_by_whom",
                condition=Q(state__in=["asked", "refused"], approved_at=None, approved_by="")
                | (~Q(state="asked") & Q(approved_at__isnull=False) & ~Q(approved_by="")),
            ),
            models.CheckConstraint(
                name="payments_refund_ended_says_when_and_by_whom",
                condition=(
                    Q(state__in=["settled", "returned", "refused"])
                    & Q(ended_at__isnull=False, account=b"")
                    & ~Q(ended_by="")
                )
                | Q(state__in=["asked", "approved", "sent"], ended_at=None, ended_by=""),
            ),
            models.CheckConstraint(
                name="payments_refund_has_one_source",
                condition=Q(trouble=None) | Q(booking=None),
            ),
            models.CheckConstraint(
                name="payments_refund_by_provider_names_its_attempt",
                condition=Q(way="provider", attempt__isnull=False)
                | (~Q(way="provider") & Q(attempt=None)),
            ),
            models.CheckConstraint(
                name="payments_refund_out_of_a_till_is_in_coins",
                condition=Q(
                    way="till",
                    state="settled",
                    till__isnull=False,
                    paid_cents__range=(F("amount_cents") - 2, F("amount_cents") + 2),
                )
                | ((~Q(way="till") | ~Q(state="settled")) & Q(till=None, paid_cents=None)),
            ),
        ]
        indexes = [
            models.Index(
                name="payments_refunds_to_ask",
                fields=["next_ask_at"],
                condition=Q(next_ask_at__isnull=False),
            )
        ]

    class Privacy:
        personal = frozenset({"account", "asked_by", "approved_by", "ended_by"})
        plain = frozenset(
            {
                *("id", "payment", "key", "number", "amount_cents", "way", "reason", "attempt"),
                *("trouble", "booking", "state", "asked_at", "approved_at", "reference", "sent_at"),
                *("asks", "next_ask_at", "till", "paid_cents", "ended_at"),
            }
        )

    def __str__(self) -> str:
        return f"refund {codes.spoken(self.number)}"

    @property
    def amount(self) -> str:
        return chf(self.amount_cents)

    @property
    def in_cash_cents(self) -> int:
        return round_to_five(self.amount_cents)

    @property
    def spoken_number(self) -> str:
        return codes.spoken(self.number)

    @property
    def is_asked(self) -> bool:
        return self.state == State.ASKED

    @property
    def is_settled(self) -> bool:
        return self.state == State.SETTLED

    @property
    def waits_for_account(self) -> bool:
        return self.way == Way.TRANSFER and self.state == State.APPROVED and not self.account

    @property
    def waits_at_till(self) -> bool:
        return self.way == Way.TILL and self.state == State.APPROVED

    @property
    def is_to_transfer(self) -> bool:
        return self.way == Way.TRANSFER and self.state == State.APPROVED and bool(self.account)
