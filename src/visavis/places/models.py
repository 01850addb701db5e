"""Tables of places. Texts are kept as they are written: {"fr": …, "de": …, "it": …, "en": …}."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Func, Q

from visavis.foundation.database import one_value_range
from visavis.places import rules


def text() -> "models.JSONField[dict[str, str], dict[str, str]]":
    """Return a field for one text in four languages."""
    return models.JSONField(default=dict, encoder=DjangoJSONEncoder)


def validity() -> Func:
    """Return the half-open range of days from `valid_from` to `valid_until`."""
    return Func(
        F("valid_from"), F("valid_until"), function="daterange", output_field=DateRangeField()
    )


def on_day(day: date) -> Q:
    """Return the condition that a period holds on a day."""
    return Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gt=day))


class Canton(models.Model):
    """The canton that this instance serves: one row."""

    code = models.CharField(max_length=40, unique=True)
    name = text()
    counter_name = text()
    claim = text()
    languages = models.JSONField(default=list)  # in the order of the language switch
    default_language = models.CharField(max_length=2)
    timezone = models.CharField(max_length=60)
    contact = models.JSONField(default=dict)
    issuer = models.JSONField(default=dict)
    most_asked = models.JSONField(default=list)  # codes of services
    assumptions = models.JSONField(default=list)
    texts = models.JSONField(default=dict)  # name → language → Markdown
    demonstration = text()  # what a re-dated pack says of itself; empty in the live world
    anchored_on = models.DateField(null=True, blank=True)  # day 0 of the overlay
    version = models.CharField(max_length=64)  # changes with every change of the pack
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), name="places_one_canton_an_instance", violation_error_code="one"
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset(
            {
                *("id", "code", "name", "counter_name", "claim", "languages", "default_language"),
                *("timezone", "contact", "issuer", "most_asked", "assumptions", "texts"),
                *("demonstration", "anchored_on", "version", "loaded_at"),
            }
        )

    def __str__(self) -> str:
        return self.code


class CantonSettings(models.Model):
    """The canton's figures, valid from a day until the next row's day."""

    valid_from = models.DateField(unique=True)
    values = models.JSONField(default=dict)  # of schema.SettingsEntry

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "valid_from", "values"})


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Organisation(models.Model):
    """Somebody who answers for services, runs a site or takes part in the pilot."""

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(
        max_length=12, choices=[(kind.value, kind.name) for kind in rules.OrganisationKind]
    )
    names = text()
    part_of = models.CharField(max_length=40, blank=True)  # code of another organisation
    commune = models.PositiveSmallIntegerField(null=True, blank=True)  # number of the register
    phone = models.CharField(max_length=16, blank=True)
    email = models.CharField(max_length=254, blank=True)
    web = models.CharField(max_length=500, blank=True)
    creditor = models.JSONField(default=dict, blank=True)  # of schema.CreditorEntry, or empty
    source = models.TextField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # no longer in the pack

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="places_organisation_kind_is_known",
                condition=Q(kind__in=[kind.value for kind in rules.OrganisationKind]),
            ),
            models.CheckConstraint(
                name="places_only_communes_have_a_number",
                condition=Q(kind="commune", commune__isnull=False)
                | (~Q(kind="commune") & Q(commune=None)),
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset(
            {
                "id",
                "code",
                "kind",
                "names",
                "part_of",
                "commune",
                "phone",
                "email",
                "web",
                "creditor",
                "source",
                "withdrawn_at",
            }
        )

    def __str__(self) -> str:
        return self.code


class SiteQuerySet(models.QuerySet["Site"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Site(models.Model):
    """A place where devices stand: a post branch, a town hall, a building of the canton."""

    code = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.name) for kind in rules.SiteKind]
    )
    names = text()
    # A site that is only announced may have no place yet.
    commune = models.PositiveSmallIntegerField(null=True, blank=True)
    address = models.JSONField(default=dict)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    is_point_assumed = models.BooleanField(default=False)
    counter = text()  # whom to ask there
    hotline = models.CharField(max_length=16, blank=True)
    weeks = models.JSONField(default=list)  # of schema.WeekEntry, in order of time
    exceptions = models.JSONField(default=list)  # of schema.ExceptionEntry
    source = models.TextField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="places_site_kind_is_known",
                condition=Q(kind__in=[kind.value for kind in rules.SiteKind]),
            ),
            models.CheckConstraint(
                name="places_site_lies_on_earth_or_nowhere_yet",
                # A check that is neither true nor false passes, so both must be said not to be null.
                condition=Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                )
                | Q(latitude=None, longitude=None),
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset(
            {
                *("id", "code", "organisation", "kind", "names", "commune", "address", "latitude"),
                *("longitude", "is_point_assumed", "counter", "hotline", "weeks", "exceptions"),
                *("source", "withdrawn_at"),
            }
        )

    def __str__(self) -> str:
        return self.code

    def state_on(self, day: date) -> rules.SiteState | None:
        """Return the state of a day, or None before the site was announced."""
        begun = [stage for stage in self.stages_in_order if stage.starts_on <= day]
        return rules.SiteState(begun[-1].state) if begun else None

    @property
    def stages_in_order(self) -> Sequence["SiteStage"]:
        """The stages; prefetch `stages` where many sites are read."""
        return sorted(self.stages.all(), key=lambda stage: stage.starts_on)


class SiteStage(models.Model):
    """From when on a site is in a state."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="stages")
    state = models.CharField(
        max_length=10, choices=[(state.value, state.name) for state in rules.SiteState]
    )
    starts_on = models.DateField()
    source = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="places_one_stage_a_site_and_day", fields=["site", "starts_on"]
            ),
            models.CheckConstraint(
                name="places_site_state_is_known",
                condition=Q(state__in=[state.value for state in rules.SiteState]),
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "site", "state", "starts_on", "source"})


class CommuneQuerySet(models.QuerySet["Commune"]):
    def on(self, day: date) -> Self:
        return self.filter(on_day(day))


class Commune(models.Model):
    """A commune during one stretch of its validity."""

    fso = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    district = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)  # first day on which it is no more
    merged_into = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.TextField()

    objects = CommuneQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="places_one_commune_a_number_and_day",
                expressions=[
                    (one_value_range("fso"), RangeOperators.OVERLAPS),
                    (validity(), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="places_commune_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="places_only_an_ended_commune_is_merged",
                condition=Q(merged_into=None) | Q(valid_until__isnull=False),
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset(
            {"id", "fso", "name", "district", "valid_from", "valid_until", "merged_into", "source"}
        )

    def __str__(self) -> str:
        return f"{self.fso} {self.name}"


class Locality(models.Model):
    """A locality of a postal code, in one commune; several rows mean that it must be asked."""

    postal_code = models.CharField(max_length=4)
    name = models.CharField(max_length=80)
    commune = models.PositiveSmallIntegerField()
    source = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="places_one_row_a_locality_and_commune",
                fields=["postal_code", "name", "commune"],
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "postal_code", "name", "commune", "source"})


class Holiday(models.Model):
    """A day on which offices do not work."""

    day = models.DateField(unique=True)
    names = text()
    is_like_sunday = models.BooleanField(default=False)

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "day", "names", "is_like_sunday"})


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def on(self, day: date) -> Self:
        return self.standing().filter(on_day(day))


class Partnership(models.Model):
    """Who runs a pilot together, where, for what, and what the partner's staff may see."""

    code = models.CharField(max_length=40, unique=True)
    names = text()
    parties = models.JSONField(default=list)  # codes of organisations
    sites = models.JSONField(default=list)  # codes
    services = models.JSONField(default=list)  # codes, or empty
    covers_all_services = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    purpose = text()
    staff_may_see = text()
    source = models.TextField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="places_partnership_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset(
            {
                *("id", "code", "names", "parties", "sites", "services", "covers_all_services"),
                *(
                    "valid_from",
                    "valid_until",
                    "purpose",
                    "staff_may_see",
                    "source",
                    "withdrawn_at",
                ),
            }
        )
