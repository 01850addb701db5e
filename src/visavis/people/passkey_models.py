"""Passkeys of accounts, and the challenges that wait for one."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from visavis.people import passkey_rules as rules

PASSKEY_KNOWN_ONCE = "people_one_passkey_per_credential"


class Passkey(models.Model):
    """What opens an account without a password: the public half of a key on somebody's own device."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys"
    )
    credential_id = models.BinaryField()
    public_key = models.BinaryField()  # COSE_Key, CBOR
    sign_count = models.BigIntegerField()  # 0 for ever where the device does not count
    is_backed_up = models.BooleanField()  # copied to other devices of its owner
    name = models.CharField(max_length=rules.LONGEST_NAME)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name=PASSKEY_KNOWN_ONCE, fields=["credential_id"]),
            models.CheckConstraint(
                name="people_passkey_count_is_of_32_bits",
                condition=Q(sign_count__gte=0, sign_count__lt=2**32),
            ),
            models.CheckConstraint(name="people_passkey_has_a_name", condition=~Q(name="")),
        ]

    class Privacy:
        personal = frozenset({"user", "credential_id", "public_key", "name"})
        plain = frozenset({"id", "sign_count", "is_backed_up", "created_at", "last_used_at"})

    def __str__(self) -> str:
        return f"passkey {self.pk} of {self.user_id}"


class PasskeyChallengeQuerySet(models.QuerySet["PasskeyChallenge"]):
    """Challenges of passkeys."""

    def living(self, now: datetime) -> Self:
        return self.filter(expires_at__gt=now)


class PasskeyChallenge(models.Model):
    """Random bytes that one browser must have signed within minutes; the row goes with its first use."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    purpose = models.CharField(max_length=8)
    challenge = models.BinaryField()
    held_by = models.CharField(max_length=80)  # an Actor name: this browser, visit or account
    expires_at = models.DateTimeField()

    objects = PasskeyChallengeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(name="people_challenge_by_age", fields=["expires_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="people_passkey_purpose_is_known",
                condition=Q(purpose__in=[purpose.value for purpose in rules.Purpose]),
            ),
        ]

    class Privacy:
        personal = frozenset({"held_by"})
        plain = frozenset({"id", "purpose", "challenge", "expires_at"})

    def __str__(self) -> str:
        return f"challenge {self.pk}"
