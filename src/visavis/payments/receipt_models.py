"""The table of receipts: one for each settled payment or refund, without gaps at each office."""

from django.db import models
from django.db.models import Q


class Receipt(models.Model):
    """What says that a payment, or a refund, is settled. A refund's is a credit: it is negative.

    Written in the transaction that settles, never changed. Both kinds share the office's numbers.
    """

    payment = models.OneToOneField(
        "payments.Payment", on_delete=models.PROTECT, related_name="receipt", null=True
    )
    refund = models.OneToOneField(
        "payments.Refund", on_delete=models.PROTECT, related_name="receipt", null=True
    )
    office = models.CharField(max_length=40)
    serial = models.PositiveIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_one_receipt_an_office_and_serial", fields=["office", "serial"]
            ),
            models.CheckConstraint(
                name="payments_receipts_begin_at_one", condition=Q(serial__gte=1)
            ),
            models.CheckConstraint(
                name="payments_receipt_is_of_a_payment_or_a_refund",
                condition=Q(payment__isnull=False, refund=None)
                | Q(payment=None, refund__isnull=False),
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "payment", "refund", "office", "serial", "written_at"})
