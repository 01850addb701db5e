"""The table of tills: what was in it, what came in, what was counted, and who counted after."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

ONE_OPEN_TILL = "payments_one_open_till_a_clerk"


class Till(models.Model):
    """One clerk's till at one site, from the float to the count. Closed, it never changes."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    site = models.CharField(max_length=40)
    clerk = models.CharField(max_length=80)  # an Actor name
    opened_at = models.DateTimeField()
    float_cents = models.PositiveIntegerField()  # what lay in it at the beginning
    closed_at = models.DateTimeField(null=True, blank=True)
    expected_cents = models.PositiveIntegerField(null=True, blank=True)  # float and receipts
    counted_cents = models.PositiveIntegerField(null=True, blank=True)
    difference_cents = models.IntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # of a difference
    checked_by = models.CharField(max_length=80, blank=True)  # an Actor name, never the clerk's
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name=ONE_OPEN_TILL, fields=["site", "clerk"], condition=Q(closed_at=None)
            ),
            models.CheckConstraint(
                name="payments_till_closed_is_counted",
                condition=Q(
                    closed_at=None, expected_cents=None, counted_cents=None,
                    difference_cents=None, checked_at=None, checked_by="",
                )
                | Q(
                    closed_at__isnull=False, expected_cents__isnull=False,
                    counted_cents__isnull=False,
                    difference_cents=F("counted_cents") - F("expected_cents"),
                ),
            ),
            models.CheckConstraint(
                name="payments_till_difference_has_a_reason",
                condition=Q(difference_cents=None) | Q(difference_cents=0) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="payments_till_is_checked_by_another",
                condition=Q(checked_at=None, checked_by="")
                | (Q(checked_at__isnull=False) & ~Q(checked_by="") & ~Q(checked_by=F("clerk"))),
            ),
        ]  # fmt: skip
        indexes = [models.Index(name="payments_tills_of_a_site", fields=["site", "-opened_at"])]

    class Privacy:
        personal = frozenset({"clerk", "checked_by", "reason"})
        plain = frozenset(
            {
                *("id", "site", "opened_at", "float_cents", "closed_at", "expected_cents"),
                *("counted_cents", "difference_cents", "checked_at"),
            }
        )

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
