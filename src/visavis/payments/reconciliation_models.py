"""The tables of the nightly comparison: what was compared for each day, and what did not fit."""

from django.db import models
from django.db.models import Q

from visavis.foundation.money import chf
from visavis.payments.rules import DifferenceKind


class Reconciliation(models.Model):
    """The last comparison of one day. Comparing again replaces its figures."""

    day = models.DateField(unique=True)
    ran_at = models.DateTimeField()
    is_listed = models.BooleanField()  # False: the provider gave no list, only answers
    provider_count = models.PositiveIntegerField()
    provider_cents = models.BigIntegerField()  # ours
    listed_count = models.PositiveIntegerField()
    listed_cents = models.BigIntegerField()  # the provider's
    cash_cents = models.BigIntegerField()
    bank_cents = models.BigIntegerField()

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset(
            {
                *("id", "day", "ran_at", "is_listed", "provider_count", "provider_cents"),
                *("listed_count", "listed_cents", "cash_cents", "bank_cents"),
            }
        )

    @property
    def ours(self) -> str:
        return chf(self.provider_cents)

    @property
    def theirs(self) -> str:
        return chf(self.listed_cents)

    @property
    def cash(self) -> str:
        return chf(self.cash_cents)

    @property
    def bank(self) -> str:
        return chf(self.bank_cents)


class Difference(models.Model):
    """Two that should say the same and do not. Kept once, however often they are compared."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120)  # what differs: an attempt, a till, a day
    day = models.DateField()
    office = models.CharField(max_length=40, blank=True)  # empty: anybody's
    payment = models.ForeignKey(
        "payments.Payment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="differences",
    )
    ours_cents = models.BigIntegerField(null=True, blank=True)
    theirs_cents = models.BigIntegerField(null=True, blank=True)
    noticed_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=80, blank=True)  # an Actor name
    words = models.CharField(max_length=300, blank=True)  # a person's; empty: it vanished by itself

    class Meta:
        constraints = [
            models.UniqueConstraint(name="payments_one_difference_a_key", fields=["kind", "key"]),
            models.CheckConstraint(
                name="payments_difference_kind_is_known",
                condition=Q(kind__in=[kind.value for kind in DifferenceKind]),
            ),
            models.CheckConstraint(
                name="payments_difference_resolved_says_by_whom",
                condition=Q(resolved_at=None, resolved_by="", words="")
                | (Q(resolved_at__isnull=False) & ~Q(resolved_by="")),
            ),
        ]

    class Privacy:
        personal = frozenset({"resolved_by", "words"})
        plain = frozenset(
            {
                *("id", "kind", "key", "day", "office", "payment", "ours_cents", "theirs_cents"),
                *("noticed_at", "resolved_at"),
            }
        )

    @property
    def ours(self) -> str:
        return "–" if self.ours_cents is None else chf(self.ours_cents)

    @property
    def theirs(self) -> str:
        return "–" if self.theirs_cents is None else chf(self.theirs_cents)
