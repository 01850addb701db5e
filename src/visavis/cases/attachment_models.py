"""The files that citizens send with a request. What lies on the disk is sealed with the case's key."""

from typing import Self

from django.db import models
from django.db.models import Q

from visavis.cases.attachment_rules import Standing, Verdict
from visavis.foundation.files.types import FileKind

ONCE = "cases_attachment_once"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def current(self) -> Self:
        return self.filter(standing=Standing.CURRENT)

    def kept(self) -> Self:
        """Whose file lies on the disk."""
        return self.exclude(standing=Standing.REMOVED)

    def in_order(self) -> Self:
        return self.order_by("sent_at", "id")


class Attachment(models.Model):
    """One file of one question. Once the request is sent, a replaced one stays for the office."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="attachments")
    field = models.CharField(max_length=40)
    key = models.UUIDField()  # made by who sends, so that sending again makes no second
    file = models.CharField(max_length=32, unique=True)  # on the disk; says nothing
    name = models.BinaryField(default=b"")  # sealed
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.name) for kind in FileKind])
    size = models.PositiveIntegerField()  # bytes, before sealing
    pages = models.PositiveSmallIntegerField()
    has_preview = models.BooleanField()
    verdict = models.CharField(max_length=8, choices=[(v.value, v.name) for v in Verdict])
    standing = models.CharField(
        max_length=8, choices=[(s.value, s.name) for s in Standing], default=Standing.CURRENT
    )
    sent_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)  # when it was replaced or removed

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name=ONCE, fields=["case", "key"]),
            models.CheckConstraint(
                name="cases_attachment_verdict_is_known",
                condition=Q(verdict__in=[verdict.value for verdict in Verdict]),
            ),
            models.CheckConstraint(
                name="cases_attachment_left_has_its_moment",
                condition=Q(standing="current", left_at=None)
                | Q(standing__in=["replaced", "removed"], left_at__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_attachment_removed_has_no_name",
                condition=~Q(standing="removed") | Q(name=b""),
            ),
        ]
        indexes = [
            models.Index(
                name="cases_attachments_waiting", fields=["sent_at"], condition=Q(verdict="waiting")
            ),
        ]

    class Privacy:
        personal = frozenset({"name"})
        plain = frozenset(
            {
                *("id", "case", "field", "key", "file", "kind", "size", "pages", "has_preview"),
                *("verdict", "standing", "sent_at", "left_at"),
            }
        )

    def __str__(self) -> str:
        return f"file {self.pk} of case {self.case_id}"

    @property
    def subject(self) -> str:
        return f"attachment:{self.pk}"
