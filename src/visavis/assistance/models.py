"""Checks of identities; nothing of a document is kept but its kind."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from visavis.assistance import rules
from visavis.people.rules import DocumentKind

ONE_OPEN_CHECK = "assistance_one_open_check_per_citizen"
ENDINGS = ("taken_back", "expired", "not_equal")


class IdentityCheckQuerySet(models.QuerySet["IdentityCheck"]):
    """Checks, in words."""

    def unfinished(self) -> Self:
        return self.filter(proven_at=None, closed_at=None)

    def open(self, now: datetime) -> Self:
        return self.unfinished().filter(expires_at__gt=now)


class IdentityCheck(models.Model):
    """One request of a citizen to have their identity document compared in a branch."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Kept as it is, to be printed again: alone it opens nothing, its citizen must be here and agree.
    code = models.CharField(max_length=8, unique=True)
    citizen = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identity_checks"
    )
    needs_two = models.BooleanField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    visit = models.UUIDField(null=True, blank=True)  # in which the citizen agreed last
    agreed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # that were not equal
    document_kind = models.CharField(max_length=16, blank=True, default="")
    seen_at = models.DateTimeField(null=True, blank=True)  # by the first of two
    seen_by = models.CharField(max_length=80, blank=True, default="")  # an Actor name
    seen_as = models.CharField(max_length=64, blank=True, default="")  # digest of name and birth
    proven_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=12, blank=True, default="")

    objects = IdentityCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name=ONE_OPEN_CHECK,
                fields=["citizen"],
                condition=Q(proven_at=None, closed_at=None),
            ),
            models.CheckConstraint(
                name="assistance_three_tries", condition=Q(tries__lte=rules.TRIES)
            ),
            models.CheckConstraint(
                name="assistance_consent_is_given_in_a_visit",
                condition=Q(agreed_at=None, visit=None)
                | Q(agreed_at__isnull=False, visit__isnull=False),
            ),
            models.CheckConstraint(
                name="assistance_proven_after_consent",
                condition=Q(proven_at=None) | Q(agreed_at__isnull=False, closed_at=None),
            ),
            models.CheckConstraint(
                name="assistance_seen_comes_with_who",
                condition=Q(seen_at=None, seen_by="") | (Q(seen_at__isnull=False) & ~Q(seen_by="")),
            ),
            models.CheckConstraint(
                name="assistance_two_before_proof",
                condition=Q(proven_at=None) | Q(needs_two=False) | Q(seen_at__isnull=False),
            ),
            models.CheckConstraint(
                name="assistance_closed_comes_with_ending",
                condition=Q(closed_at=None, ending="")
                | Q(closed_at__isnull=False, ending__in=ENDINGS),
            ),
            models.CheckConstraint(
                name="assistance_expires_after_asked", condition=Q(expires_at__gt=F("asked_at"))
            ),
            models.CheckConstraint(
                name="assistance_document_is_known",
                condition=Q(document_kind__in=[kind.value for kind in DocumentKind]),
            ),
        ]

    class Privacy:
        personal = frozenset({"code", "citizen", "seen_by", "seen_as"})
        plain = frozenset(
            {
                *("id", "needs_two", "asked_at", "expires_at", "visit", "agreed_at", "tries"),
                *("document_kind", "seen_at", "proven_at", "closed_at", "ending"),
            }
        )

    def __str__(self) -> str:
        return f"identity check {self.pk}"

    @property
    def subject(self) -> str:
        return f"identity-check:{self.pk}"

    def state(self, now: datetime) -> rules.State:
        """Return where it stands at this moment."""
        moments = rules.Moments(
            self.expires_at, self.agreed_at, self.seen_at, self.proven_at, self.closed_at
        )
        return rules.state(moments, now=now)
