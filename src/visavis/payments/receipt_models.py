"""The table of receipts: one for each settled payment, numbered without gaps at each office."""

from django.db import models
from django.db.models import Q


class Receipt(models.Model):
    """What says that a payment is settled. Written in the transaction that settles, never changed."""

    payment = models.OneToOneField(
        "payments.Payment", on_delete=models.PROTECT, related_name="receipt"
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
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "payment", "office", "serial", "written_at"})
