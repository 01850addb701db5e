"""Tables of the catalogue. A version's whole definition is one column, read through `schema`."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from visavis.catalog import rules
from visavis.catalog.definition.form import Form
from visavis.catalog.schema import VersionEntry
from visavis.foundation.database import one_value_range
from visavis.foundation.pack import plain
from visavis.foundation.text import said_in
from visavis.places.models import on_day, text, validity

KEPT_IN_MEMORY = 512
_entries: dict[str, VersionEntry] = {}


class Theme(models.Model):
    """One division of the catalogue."""

    code = models.CharField(max_length=40, unique=True)
    names = text()
    summaries = text()
    icon = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "code", "names", "summaries", "icon", "position", "withdrawn_at"})

    def __str__(self) -> str:
        return self.code


class Service(models.Model):
    """Something the public can ask for, under one code for ever."""

    code = models.CharField(max_length=40, unique=True)

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "code"})

    def __str__(self) -> str:
        return self.code


class ServiceVersionQuerySet(models.QuerySet["ServiceVersion"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def on(self, day: date) -> Self:
        return self.standing().filter(on_day(day))


class ServiceVersion(models.Model):
    """A service during one stretch of its validity."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    code = models.CharField(max_length=40)  # the service's, so that lists need no join
    written_from = models.DateField()  # valid_from as the pack's file says it, before any re-dating
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    office = models.CharField(max_length=40)  # code of an organisation
    access = models.CharField(
        max_length=12, choices=[(one.value, one.name) for one in rules.Access]
    )
    level = models.PositiveSmallIntegerField()
    definition = models.JSONField()  # of schema.VersionEntry
    digest = models.CharField(max_length=64)  # of the definition
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # no longer in the pack

    objects = ServiceVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="catalog_one_version_a_service_and_day",
                expressions=[
                    (one_value_range("service_id"), RangeOperators.OVERLAPS),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at=None),
            ),
            models.UniqueConstraint(
                name="catalog_one_version_a_service_and_written_day",
                fields=["service", "written_from"],
            ),
            models.CheckConstraint(
                name="catalog_version_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="catalog_access_is_known",
                condition=Q(access__in=[one.value for one in rules.Access]),
            ),
        ]
        indexes = [models.Index(name="catalog_version_by_code", fields=["code", "valid_from"])]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset(
            {
                *("id", "service", "code", "written_from", "valid_from", "valid_until", "office"),
                *("access", "level", "definition", "digest", "withdrawn_at"),
            }
        )

    def __str__(self) -> str:
        return f"{self.code} of {self.written_from}"

    @property
    def entry(self) -> VersionEntry:
        """The definition, read once a process."""
        found = _entries.get(self.digest)
        if found is None:
            if len(_entries) >= KEPT_IN_MEMORY:
                _entries.clear()
            found = _entries[self.digest] = VersionEntry.model_validate(self.definition)
        return found

    @property
    def form(self) -> Form | None:
        return self.entry.form

    @property
    def names(self) -> dict[str, str]:
        return plain(self.entry.name)

    def name_in(self, language: str) -> str:
        return said_in(self.names, language)


class Arrival(models.Model):
    """How many came by one short link on one day; nobody in particular."""

    service_code = models.CharField(max_length=40, blank=True)
    site_code = models.CharField(max_length=40, blank=True)
    source = models.CharField(
        max_length=8, choices=[(one.value, one.name) for one in rules.ArrivalSource]
    )
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="catalog_one_count_a_link_and_day",
                fields=["service_code", "site_code", "source", "day"],
            ),
            models.CheckConstraint(
                name="catalog_arrival_source_is_known",
                condition=Q(source__in=[one.value for one in rules.ArrivalSource]),
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "service_code", "site_code", "source", "day", "count"})
