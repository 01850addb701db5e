"""The table of hand-offs: one task of a screen that goes on, for a moment, on somebody's phone."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from visavis.visits import rules

ONE_LIVING_HANDOFF = "visits_one_living_handoff_a_task"
ONE_LIVING_AT_HOME = "visits_one_living_handoff_at_home"


class Handoff(models.Model):
    """A task shown as a code on the screen, taken over by a phone, and brought back once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    visit = models.ForeignKey(
        "visits.Visit", on_delete=models.CASCADE, related_name="handoffs", null=True, blank=True
    )  # none at home
    holder = models.CharField(max_length=80, blank=True, default="")  # Actor name, at the screen
    task = models.CharField(max_length=40)  # a code that the door understands
    about = models.CharField(max_length=140, blank=True, default="")  # likewise: on what, exactly
    hashed = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(
        max_length=80, blank=True
    )  # of the phone; what it means, the door knows
    number = models.PositiveSmallIntegerField(null=True, blank=True)  # shown there, chosen here
    lent_at = models.DateTimeField(null=True, blank=True)  # chosen rightly: the phone may act
    done = models.PositiveSmallIntegerField(default=0)  # how often it has acted
    ended_at = models.DateTimeField(null=True, blank=True)  # used, refused, or replaced

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name=ONE_LIVING_HANDOFF, fields=["visit", "task"], condition=Q(ended_at=None)
            ),
            models.UniqueConstraint(
                name=ONE_LIVING_AT_HOME,
                fields=["holder", "task"],
                condition=Q(ended_at=None, visit=None),
            ),
            models.CheckConstraint(
                name="visits_handoff_has_a_screen", condition=Q(visit__isnull=False) | ~Q(holder="")
            ),
            models.CheckConstraint(
                name="visits_handoff_lent_once_answered",
                condition=Q(lent_at=None) | Q(answered_at__isnull=False),
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
        personal = frozenset({"answer", "holder", "about"})
        plain = frozenset(
            {
                *("id", "visit", "task", "hashed", "made_at", "expires_at", "answered_at"),
                *("number", "lent_at", "done", "ended_at"),
            }
        )

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_lent(self) -> bool:
        return self.lent_at is not None

    def is_of(self, token: str) -> bool:
        """Tell whether this is the secret that stands in its code on the screen."""
        return rules.hashed(token) == self.hashed

    @property
    def subject(self) -> str:
        """Return what the journal calls it; at home nobody but its own number."""
        return f"visit:{self.visit_id}" if self.visit_id else f"handoff:{self.pk}"

    @property
    def choices(self) -> list[int]:
        """Return the numbers to choose from on the screen, always in the same order."""
        return rules.numbers_beside(self.number or 0, seed=self.hashed)
