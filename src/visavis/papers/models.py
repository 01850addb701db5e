"""Tables of papers. What names a person is sealed under the key of its case."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from visavis.papers import rules

ONE_A_SUBJECT = "papers_one_paper_a_subject"
ONE_OF_A_KIND = "papers_one_document_of_a_kind"


class PaperQuerySet(models.QuerySet["Paper"]):
    def revoked(self) -> Self:
        return self.filter(revoked_at__isnull=False)


class Paper(models.Model):
    """What was issued to somebody under a number: a permit, a certificate."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=rules.NUMBER_DIGITS, unique=True)  # printed, read aloud
    subject = models.CharField(max_length=80)  # "case:<uuid>"
    kind = models.CharField(max_length=40)  # code of the service
    template = models.CharField(max_length=40)
    title = models.JSONField()  # what it is called, one text a language
    office = models.CharField(max_length=40)  # code of the organisation that issued it
    language = models.CharField(max_length=2)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()  # the first moment at which it is no longer valid
    issued_at = models.DateTimeField()
    is_specimen = models.BooleanField()
    signing_key = models.CharField(max_length=16)  # id of the key, hexadecimal
    sealed = models.BinaryField()  # holder, barcode, UVCI, encrypted under the case's key
    # Of the EU certificate's UVCI, hexadecimal, as the revocation list names it; else empty. The
    # UVCI is random, so the hash says nothing, and it outlives the key: what is erased stays revoked.
    eu_hash = models.CharField(max_length=32, blank=True, default="", db_default="")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=80, blank=True)  # an Actor name, as in the journal
    revoke_reason = models.CharField(max_length=20, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name=ONE_A_SUBJECT, fields=["subject"]),
            models.CheckConstraint(
                name="papers_eu_hash_is_whole",
                condition=Q(eu_hash__regex=r"^([0-9a-f]{32})?$"),
            ),
            models.CheckConstraint(
                name="papers_valid_until_comes_after_valid_from",
                condition=Q(valid_until__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="papers_revoked_says_when_by_whom_and_why",
                condition=Q(revoked_at=None, revoked_by="", revoke_reason="")
                | (
                    Q(
                        revoked_at__isnull=False,
                        revoke_reason__in=[reason.value for reason in rules.RevokeReason],
                    )
                    & ~Q(revoked_by="")
                ),
            ),
        ]

    class Privacy:
        personal = frozenset({"sealed", "revoked_by"})
        plain = frozenset(
            {
                *("id", "number", "subject", "kind", "template", "title", "office", "language"),
                *("valid_from", "valid_until", "issued_at", "is_specimen", "signing_key"),
                *("eu_hash", "revoked_at", "revoke_reason"),
            }
        )

    def __str__(self) -> str:
        return f"paper {self.number}"


class Document(models.Model):
    """One PDF of a paper, kept as it was issued: the same bytes whenever it is fetched."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.name) for kind in rules.DocumentKind]
    )
    sealed = models.BinaryField()  # the PDF, encrypted under the case's key

    class Meta:
        constraints = [
            models.UniqueConstraint(name=ONE_OF_A_KIND, fields=["paper", "kind"]),
            models.CheckConstraint(
                name="papers_document_kind_is_known",
                condition=Q(kind__in=[kind.value for kind in rules.DocumentKind]),
            ),
        ]

    class Privacy:
        personal = frozenset({"sealed"})
        plain = frozenset({"id", "paper", "kind"})
