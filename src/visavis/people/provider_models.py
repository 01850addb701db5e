"""Identity providers, the logins linked to accounts, and errands: trips to a provider and back."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

ONE_ACCOUNT_A_LOGIN = "people_one_account_per_provider_login"
ONE_LOGIN_A_PROVIDER = "people_one_login_per_account_and_provider"


class IdentityProviderQuerySet(models.QuerySet["IdentityProvider"]):
    """Identity providers."""

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None).order_by("position")


class IdentityProvider(models.Model):
    """Somebody whose logins this canton trusts, as its pack describes it."""

    code = models.CharField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField()
    definition = models.JSONField(default=dict)  # of schema.IdentityProviderEntry
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # no longer in the pack

    objects = IdentityProviderQuerySet.as_manager()

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "code", "position", "definition", "withdrawn_at"})

    def __str__(self) -> str:
        return self.code


class ProviderLogin(models.Model):
    """A login at a provider that opens one account: linked by who was signed in, never by address."""

    user = models.ForeignKey(
        "people.User", on_delete=models.CASCADE, related_name="provider_logins"
    )
    provider = models.CharField(max_length=40)  # code
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)  # the issuer's lasting name for the person
    acr = models.CharField(max_length=200, blank=True)  # as last said
    linked_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name=ONE_ACCOUNT_A_LOGIN, fields=["issuer", "subject"]),
            models.UniqueConstraint(name=ONE_LOGIN_A_PROVIDER, fields=["user", "provider"]),
            models.CheckConstraint(name="people_login_has_a_subject", condition=~Q(subject="")),
        ]

    class Privacy:
        personal = frozenset({"user", "subject"})
        plain = frozenset({"id", "provider", "issuer", "acr", "linked_at", "used_at"})

    def __str__(self) -> str:
        return f"{self.provider} of {self.user_id}"


class ErrandQuerySet(models.QuerySet["Errand"]):
    """Errands."""

    def open(self, now: datetime) -> Self:
        return self.filter(used_at=None, expires_at__gt=now)


class Errand(models.Model):
    """One trip of a browser to a provider; its answer is taken once, in the same browser."""

    provider = models.CharField(max_length=40)  # code
    state = models.CharField(max_length=64, unique=True)  # digest; the rest is derived from it
    browser = models.CharField(max_length=64)  # digest of what only the browser's session holds
    account = models.CharField(max_length=14, blank=True)  # name; empty: to sign in
    level = models.PositiveSmallIntegerField()  # that was asked for
    service = models.CharField(max_length=40, blank=True)  # code, in `catalog`, that asks for it
    target = models.TextField()  # address of ours, where it leads afterwards
    language = models.CharField(max_length=2)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = ErrandQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="people_errand_by_age", fields=["made_at"])]
        constraints = [
            models.CheckConstraint(
                name="people_errand_level_is_1_to_4", condition=Q(level__range=(1, 4))
            ),
            models.CheckConstraint(
                name="people_errand_expires_after_it_began",
                condition=Q(expires_at__gt=F("made_at")),
            ),
        ]

    class Privacy:
        personal = frozenset({"account", "target"})
        plain = frozenset(
            {
                *("id", "provider", "state", "browser", "level", "service", "language"),
                *("made_at", "expires_at", "used_at"),
            }
        )

    def __str__(self) -> str:
        return f"errand to {self.provider} of {self.made_at:%Y-%m-%d %H:%M}"
