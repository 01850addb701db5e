"""The tables of the ledger: postings, and their rows, which the database makes come to nothing."""

from django.db import models
from django.db.models import Q

from visavis.payments.chart import Account, Source

ONE_A_SOURCE = "payments_one_posting_a_source"


class Posting(models.Model):
    """One event of money. Rows are only ever added; a mistake is posted back, never rewritten."""

    source = models.CharField(max_length=20)
    key = models.CharField(max_length=80)  # of what it was made for; never a person's
    payment = models.ForeignKey(
        "payments.Payment", on_delete=models.PROTECT, null=True, blank=True, related_name="postings"
    )
    site = models.CharField(max_length=40, blank=True)  # of cash
    booked_on = models.DateField()
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name=ONE_A_SOURCE, fields=["source", "key"]),
            models.CheckConstraint(
                name="payments_posting_source_is_known",
                condition=Q(source__in=[source.value for source in Source]),
            ),
        ]
        indexes = [models.Index(name="payments_postings_of_a_day", fields=["booked_on"])]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "source", "key", "payment", "site", "booked_on", "posted_at"})


class Entry(models.Model):
    """One row of a posting: one account of one office, debit or credit."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    account = models.CharField(max_length=20)
    office = models.CharField(max_length=40)  # code of an organisation
    debit_cents = models.BigIntegerField(default=0)
    credit_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_entry_is_debit_or_credit",
                condition=Q(debit_cents__gt=0, credit_cents=0)
                | Q(debit_cents=0, credit_cents__gt=0),
            ),
            models.CheckConstraint(
                name="payments_entry_account_is_known",
                condition=Q(account__in=[account.value for account in Account]),
            ),
        ]
        indexes = [models.Index(name="payments_entries_of_an_office", fields=["office", "account"])]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "posting", "account", "office", "debit_cents", "credit_cents"})
