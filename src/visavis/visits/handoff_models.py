"""The table of hand-offs: one task of a visit that goes on, for a moment, on somebody's phone."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from visavis.visits import rules

ONE_LIVING_HANDOFF = "visits_one_living_handoff_a_task"


class Handoff(models.Model):
    """A task shown as a code on the screen, taken over by a phone, and brought back once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    visit = models.ForeignKey("visits.Visit", on_delete=models.CASCADE, related_name="handoffs")
    task = models.CharField(max_length=40)  # a code that the door understands
    hashed = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(
        max_length=80, blank=True
    )  # of the phone; what it means, the door knows
    number = models.PositiveSmallIntegerField(null=True, blank=True)  # shown there, chosen here
    ended_at = models.DateTimeField(null=True, blank=True)  # used, refused, or replaced

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name=ONE_LIVING_HANDOFF, fields=["visit", "task"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="visits_handoff_answer_comes_with_a_number",
                condition=Q(answered_at=None, answer="", number=None)
                | (Q(answered_at__isnull=False, number__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="visits_handoff_expires_later", condition=Q(expires_at__gt=F("made_at"))
            ),
        ]

    class Privacy:
        personal = frozenset({"answer"})
        plain = frozenset(
            {
                *("id", "visit", "task", "hashed", "made_at", "expires_at", "answered_at"),
                *("number", "ended_at"),
            }
        )

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def choices(self) -> list[int]:
        """Return the numbers to choose from on the screen, always in the same order."""
        return rules.numbers_beside(self.number or 0, seed=self.hashed)
