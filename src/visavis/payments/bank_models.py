"""The table of assignments: which money a person gave to which payment, and why."""

from django.db import models
from django.db.models import Q


class Assignment(models.Model):
    """One booking, given to one payment. The bank taking it back undoes it."""

    booking = models.ForeignKey(
        "payments.BankBooking", on_delete=models.PROTECT, related_name="assignments"
    )
    payment = models.ForeignKey(
        "payments.Payment", on_delete=models.PROTECT, related_name="assignments"
    )
    reason = models.CharField(max_length=300)
    assigned_at = models.DateTimeField()
    assigned_by = models.CharField(max_length=80)  # an Actor name
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_one_assignment_a_booking",
                fields=["booking"],
                condition=Q(undone_at=None),
            ),
            models.CheckConstraint(
                name="payments_assignment_has_a_reason", condition=~Q(reason="")
            ),
        ]

    class Privacy:
        personal = frozenset({"assigned_by", "reason"})
        plain = frozenset({"id", "booking", "payment", "assigned_at", "undone_at"})
