"""Accounts, agreements, proofs of identity, roles, and codes sent to confirm an address."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from visavis.people import rules
from visavis.people.passkey_models import Passkey, PasskeyChallenge  # noqa: F401 - tables of this room
from visavis.people.provider_models import (  # noqa: F401 - tables of this room
    Errand,
    IdentityProvider,
    ProviderLogin,
)

EMAIL_CONFIRMED_ONCE = "people_one_account_per_confirmed_email"
MOBILE_CONFIRMED_ONCE = "people_one_account_per_confirmed_mobile"
REGISTERED_ONCE = "people_one_account_per_registration"
AGREED_ONCE = "people_one_agreement_per_account_and_version"

PROOF_METHODS = [method.value for method in rules.ProofMethod]
DOCUMENT_KINDS = [kind.value for kind in rules.DocumentKind]
ROLE_NAMES = [name.value for name in rules.RoleName]
NOTIFY_BY = [way.value for way in rules.NotifyBy]


class UserQuerySet(models.QuerySet["User"]):
    """Accounts."""

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def confirmed(self, contact: rules.Contact) -> Self:
        if contact.kind is rules.ContactKind.MAIL:
            return self.filter(email=contact.address, email_confirmed_at__isnull=False)
        return self.filter(mobile=contact.address, mobile_confirmed_at__isnull=False)

    def get_by_natural_key(self, name: str) -> "User":
        """Return the account of a name, as Django's login asks for it."""
        return self.get(name=name)


class User(AbstractBaseUser):
    """One account: of a citizen, of a member of staff, or of both in one person.

    `name` is opaque and stands in the journal; `number` is what people call it aloud. An address
    that nobody has confirmed yet may stand in several accounts: it was typed, perhaps wrongly, and
    must not keep its owner out. A confirmed one stands in one account.
    """

    name = models.CharField(max_length=14, unique=True)
    number = models.CharField(max_length=9, unique=True)
    family_name = models.CharField(max_length=rules.LONGEST_NAME)
    given_name = models.CharField(max_length=rules.LONGEST_NAME)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(null=True, blank=True)
    email = models.EmailField(max_length=rules.LONGEST_EMAIL, blank=True)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    mobile = models.CharField(max_length=16, blank=True)  # E.164
    mobile_confirmed_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=2)
    street = models.CharField(max_length=60, blank=True)  # lengths of eCH-0010
    house_number = models.CharField(max_length=12, blank=True)
    postal_code = models.CharField(max_length=15, blank=True)
    locality = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, default="CH")
    commune = models.PositiveIntegerField(
        null=True, blank=True
    )  # number of the Federal Statistical Office
    notify_by = models.CharField(max_length=8)
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=80)  # an Actor name: the person, or a helper
    channel = models.CharField(max_length=8)  # of the registration
    registration = models.UUIDField(
        null=True, blank=True, unique=True
    )  # key of the form: many taps, one account
    closed_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name=EMAIL_CONFIRMED_ONCE,
                condition=Q(email_confirmed_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["mobile"],
                name=MOBILE_CONFIRMED_ONCE,
                condition=Q(mobile_confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="people_birth_month_comes_with_year",
                condition=Q(birth_month=None) | Q(birth_year__isnull=False),
            ),
            models.CheckConstraint(
                name="people_birth_day_comes_with_month",
                condition=Q(birth_day=None) | Q(birth_month__isnull=False),
            ),
            models.CheckConstraint(
                name="people_birth_is_in_the_calendar",
                condition=(Q(birth_month=None) | Q(birth_month__range=(1, 12)))
                & (Q(birth_day=None) | Q(birth_day__range=(1, 31)))
                & (Q(birth_year=None) | Q(birth_year__range=(rules.EARLIEST_BIRTH_YEAR, 2200))),
            ),
            models.CheckConstraint(
                name="people_confirmed_email_is_there",
                condition=Q(email_confirmed_at=None) | ~Q(email=""),
            ),
            models.CheckConstraint(
                name="people_confirmed_mobile_is_there",
                condition=Q(mobile_confirmed_at=None) | ~Q(mobile=""),
            ),
            models.CheckConstraint(
                name="people_notify_by_is_known", condition=Q(notify_by__in=NOTIFY_BY)
            ),
        ]
        indexes = [
            models.Index(name="people_user_by_email", fields=["email"], condition=~Q(email="")),
            models.Index(name="people_user_by_mobile", fields=["mobile"], condition=~Q(mobile="")),
        ]

    class Privacy:
        personal = frozenset(
            {
                "name", "number", "family_name", "given_name", "birth_year", "birth_month",
                "birth_day", "email", "mobile", "street", "house_number", "postal_code",
                "locality", "country", "commune", "password", "registered_by",
            }
        )  # fmt: skip
        plain = frozenset(
            {
                "id", "email_confirmed_at", "mobile_confirmed_at", "language", "notify_by",
                "registered_at", "channel", "registration", "closed_at", "last_login",
            }
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django's attribute; here it follows from the date
        return self.closed_at is None

    @property
    def is_staff(self) -> bool:
        """False: there is no Django admin; what staff may do stands in their roles."""
        return False

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def birth(self) -> rules.PartialDate | None:
        if self.birth_year is None:
            return None
        return rules.PartialDate(self.birth_year, self.birth_month, self.birth_day)


class Agreement(models.Model):
    """One version of the terms of use, accepted by one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="agreements")
    version = models.DateField()  # the day from which the accepted text is in force
    language = models.CharField(max_length=2)  # in which it was read
    text_hash = models.CharField(max_length=64)  # SHA-256 of the text as shown, hexadecimal
    accepted_at = models.DateTimeField()
    channel = models.CharField(max_length=8)

    class Meta:
        constraints = [models.UniqueConstraint(name=AGREED_ONCE, fields=["user", "version"])]

    class Privacy:
        personal = frozenset({"user"})
        plain = frozenset({"id", "version", "language", "text_hash", "accepted_at", "channel"})

    def __str__(self) -> str:
        return f"agreement {self.version} of {self.user_id}"


class IdentityProofQuerySet(models.QuerySet["IdentityProof"]):
    """Proofs of identity."""

    def valid_on(self, day: date) -> Self:
        return self.filter(
            Q(expires_on=None) | Q(expires_on__gt=day), proven_on__lte=day, ended_at=None
        )

    def seen_by_two(self) -> Self:
        """Those that do not rest on what one clerk alone saw."""
        return self.exclude(method=rules.ProofMethod.BRANCH, confirmed_by="")


class IdentityProof(models.Model):
    """How one person's identity was established, once; the strongest valid one counts."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="proofs")
    method = models.CharField(max_length=8)
    level = models.PositiveSmallIntegerField()  # 1 to 4, after eCH-0170
    proven_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)  # first day on which it no longer counts
    document_kind = models.CharField(max_length=16, blank=True)
    recorded_by = models.CharField(max_length=80)  # an Actor name
    recorded_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=80, blank=True, default="")  # a second pair of eyes
    site = models.CharField(max_length=40, blank=True, default="")  # where; code, in `places`
    provider = models.CharField(max_length=40, blank=True, default="")  # code, of whoever vouched
    ended_at = models.DateTimeField(
        null=True, blank=True
    )  # before its time: what it proved changed

    objects = IdentityProofQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_proof_level_is_1_to_4", condition=Q(level__range=(1, 4))
            ),
            models.CheckConstraint(
                name="people_proof_expires_after_it_began",
                condition=Q(expires_on=None) | Q(expires_on__gt=F("proven_on")),
            ),
            models.CheckConstraint(
                name="people_proof_method_is_known", condition=Q(method__in=PROOF_METHODS)
            ),
            models.CheckConstraint(
                name="people_proof_document_is_known", condition=Q(document_kind__in=DOCUMENT_KINDS)
            ),
            models.CheckConstraint(
                name="people_proof_is_confirmed_by_somebody_else",
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("recorded_by")),
            ),
        ]

    class Privacy:
        personal = frozenset({"user", "recorded_by", "confirmed_by"})
        plain = frozenset(
            {
                *("id", "method", "level", "proven_on", "expires_on", "document_kind"),
                *("recorded_at", "site", "provider", "ended_at"),
            }
        )

    def __str__(self) -> str:
        return f"proof by {self.method} of {self.user_id}"


class RoleQuerySet(models.QuerySet["Role"]):
    """Roles of staff."""

    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)


class Role(models.Model):
    """What one member of staff may do at one organisation, or at one of its sites, for a time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=16)
    organisation = models.CharField(max_length=40)  # code, in `places`
    site = models.CharField(max_length=40, blank=True)  # code; empty = all sites
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)  # first day without
    given_by = models.CharField(max_length=80)  # an Actor name
    given_at = models.DateTimeField()

    objects = RoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_one_role_per_place_and_beginning",
                fields=["user", "role", "organisation", "site", "valid_from"],
            ),
            models.CheckConstraint(name="people_role_is_known", condition=Q(role__in=ROLE_NAMES)),
            models.CheckConstraint(
                name="people_role_ends_after_it_began",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="people_role_has_an_organisation", condition=~Q(organisation="")
            ),
        ]

    class Privacy:
        personal = frozenset({"user", "given_by"})
        plain = frozenset(
            {"id", "role", "organisation", "site", "valid_from", "valid_until", "given_at"}
        )

    def __str__(self) -> str:
        return f"{self.role}@{self.organisation}" + (f"/{self.site}" if self.site else "")


class ContactCodeQuerySet(models.QuerySet["ContactCode"]):
    """Codes sent to confirm an address."""

    def usable(self, now: datetime) -> Self:
        return self.filter(used_at=None, expires_at__gt=now, tries__lt=rules.CODE_TRIES)


class ContactCode(models.Model):
    """A one-time code, sent to an address that somebody says is theirs; only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="contact_codes")
    kind = models.CharField(max_length=4)
    address = models.CharField(max_length=rules.LONGEST_EMAIL)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = ContactCodeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="people_contact_code_by_age", fields=["sent_at"])]
        constraints = [
            models.CheckConstraint(
                name="people_contact_code_kind_is_known",
                condition=Q(kind__in=[kind.value for kind in rules.ContactKind]),
            ),
        ]

    class Privacy:
        personal = frozenset({"user", "address"})
        plain = frozenset({"id", "kind", "digest", "sent_at", "expires_at", "tries", "used_at"})

    def __str__(self) -> str:
        return f"code of {self.sent_at:%Y-%m-%d %H:%M} for {self.user_id}"


class LetterCodeQuerySet(models.QuerySet["LetterCode"]):
    """Codes sent by letter."""

    def usable(self, now: datetime) -> Self:
        return self.filter(
            used_at=None, withdrawn_at=None, expires_at__gt=now, tries__lt=rules.LETTER_TRIES
        )


class LetterCode(models.Model):
    """A one-time code on a letter to somebody's postal address; only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="letter_codes")
    digest = models.CharField(max_length=64)  # of the code, the account and the address
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # a newer letter replaces it

    objects = LetterCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_one_letter_underway",
                fields=["user"],
                condition=Q(used_at=None, withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="people_letter_code_has_three_tries",
                condition=Q(tries__lte=rules.LETTER_TRIES),
            ),
            models.CheckConstraint(
                name="people_letter_code_expires_after_it_was_sent",
                condition=Q(expires_at__gt=F("sent_at")),
            ),
        ]

    class Privacy:
        personal = frozenset({"user", "digest"})
        plain = frozenset({"id", "sent_at", "expires_at", "tries", "used_at", "withdrawn_at"})

    def __str__(self) -> str:
        return f"letter of {self.sent_at:%Y-%m-%d} for {self.user_id}"
