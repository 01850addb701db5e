"""Tables of cases. What citizens answer lies encrypted; what officers filter by lies beside."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from visavis.cases import rules
from visavis.cases.attachment_models import Attachment  # noqa: F401 - a table of this room
from visavis.cases.rules import State
from visavis.catalog.models import ServiceVersion

ONE_UNTOUCHED_DRAFT = "cases_one_untouched_draft_a_service"
STATES = [(state.value, state.name) for state in State]


class CaseQuerySet(models.QuerySet["Case"]):
    def with_version(self) -> Self:
        # The definition itself is long and in memory already, see `ServiceVersion.entry`.
        return self.select_related("version").defer("version__definition")

    def drafts(self) -> Self:
        return self.filter(state=State.DRAFT)

    def of(self, name: str) -> Self:
        return self.filter(owner=name)

    def held_by(self, name: str) -> Self:
        return self.filter(owner="", held_by=name)

    def with_the_office(self) -> Self:
        return self.filter(state__in=rules.WITH_THE_OFFICE)

    def at(self, office: str) -> Self:
        return self.filter(office=office).exclude(state__in=[State.DRAFT, State.EXPIRED])

    def late_first(self) -> Self:
        return self.order_by(F("due_at").asc(nulls_last=True), "submitted_at", "id")


class Case(models.Model):
    """One citizen's request for one service, from its first step on."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.CharField(max_length=18, unique=True)  # takes the draft up elsewhere
    reference = models.CharField(max_length=18, unique=True, null=True, blank=True)
    service_code = models.CharField(max_length=40)
    version = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="cases")
    digest = models.CharField(max_length=64)  # of the definition when it was last saved
    office = models.CharField(max_length=40)  # organisation that answers for it
    state = models.CharField(max_length=12, choices=STATES, default=State.DRAFT)
    language = models.CharField(max_length=2)

    owner = models.CharField(max_length=80, blank=True, default="")  # name of an account
    held_by = models.CharField(max_length=80)  # who began it, or took it up
    document = models.BinaryField(default=b"")
    revision = models.PositiveIntegerField(default=0)
    filters = models.JSONField(default=dict)
    second_fact = models.CharField(max_length=200, blank=True, default="")  # slow hash
    tries = models.PositiveSmallIntegerField(default=0)

    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    kept_until = models.DateTimeField(null=True, blank=True)  # draft, or open payment
    submitted_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # the office answers by then
    charges = models.JSONField(default=list)  # frozen at submission
    fee_cents = models.PositiveIntegerField(default=0)
    is_automatic = models.BooleanField(default=False)
    reasons = models.JSONField(default=list)  # codes: why an officer must look
    taken_by = models.CharField(max_length=80, blank=True, default="")
    taken_at = models.DateTimeField(null=True, blank=True)
    marked = models.JSONField(default=list)  # fields to correct
    decided_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    erase_after = models.DateTimeField(null=True, blank=True)  # set when it is closed
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name=ONE_UNTOUCHED_DRAFT,
                fields=["owner", "held_by", "service_code"],
                condition=Q(state="draft", revision=0),
            ),
            models.CheckConstraint(
                name="cases_state_is_known",
                condition=Q(state__in=[state.value for state in State]),
            ),
            models.CheckConstraint(
                name="cases_submitted_comes_with_a_reference",
                condition=Q(submitted_at=None, reference=None)
                | (Q(submitted_at__isnull=False) & Q(reference__isnull=False)),
            ),
            models.CheckConstraint(
                name="cases_only_drafts_are_not_submitted",
                condition=Q(submitted_at__isnull=False)
                | Q(state__in=["draft", "expired", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="cases_submitted_has_an_owner",
                condition=Q(submitted_at=None) | ~Q(owner=""),
            ),
            models.CheckConstraint(
                name="cases_taken_at_comes_with_taken_by",
                condition=Q(taken_at=None, taken_by="")
                | (Q(taken_at__isnull=False) & ~Q(taken_by="")),
            ),
            models.CheckConstraint(
                name="cases_in_review_is_taken",
                condition=~Q(state="in_review") | ~Q(taken_by=""),
            ),
            models.CheckConstraint(
                name="cases_closed_has_its_moment",
                condition=Q(state__in=sorted(state.value for state in rules.OPEN), closed_at=None)
                | Q(
                    state__in=sorted(state.value for state in rules.CLOSED),
                    closed_at__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(name="cases_by_owner", fields=["owner", "-created_at"]),
            models.Index(
                name="cases_held", fields=["held_by"], condition=Q(owner="", state="draft")
            ),
            models.Index(name="cases_queue", fields=["office", "state", "due_at"]),
            models.Index(
                name="cases_to_erase",
                fields=["erase_after"],
                condition=Q(erased_at=None, erase_after__isnull=False),
            ),
            models.Index(
                name="cases_kept", fields=["kept_until"], condition=Q(kept_until__isnull=False)
            ),
        ]

    class Privacy:
        personal = frozenset(
            {
                *("code", "reference", "owner", "held_by", "document", "filters", "second_fact"),
                *("charges", "fee_cents", "taken_by"),
            }
        )
        plain = frozenset(
            {
                *("id", "service_code", "version", "digest", "office", "state", "language"),
                *("revision", "tries", "created_at", "saved_at", "kept_until", "submitted_at"),
                *("due_at", "is_automatic", "reasons", "taken_at", "marked", "decided_at"),
                *("closed_at", "erase_after", "erased_at"),
            }
        )

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def subject(self) -> str:
        return f"case:{self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_open(self) -> bool:
        return State(self.state) in rules.OPEN

    def is_late(self, now: datetime) -> bool:
        return self.state in rules.WITH_THE_OFFICE and rules.is_late(self.due_at, now=now)


class Event(models.Model):
    """Something that happened to a case, for its timeline; the journal has the whole truth."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    what = models.CharField(max_length=20)
    happened_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    words = models.BinaryField(default=b"")  # a message of the office, sealed

    class Meta:
        indexes = [models.Index(name="cases_events_of_a_case", fields=["case", "happened_at"])]

    class Privacy:
        personal = frozenset({"words"})
        plain = frozenset({"id", "case", "what", "happened_at", "actor_kind", "channel"})


class Message(models.Model):
    """What citizen and office write to each other about a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    key = models.UUIDField()  # made by the page, so that a second tap sends nothing twice
    from_office = models.BooleanField()
    author = models.CharField(max_length=80, blank=True)
    words = models.BinaryField()  # sealed
    written_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)  # the office answers by then
    # The citizen has seen it; the office has answered it, or said that it needs no answer.
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="cases_message_once", fields=["case", "key"]),
            models.CheckConstraint(
                name="cases_message_of_a_citizen_is_due",
                condition=Q(from_office=True, due_at=None)
                | Q(from_office=False, due_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="cases_messages_open", fields=["case"], condition=Q(settled_at=None)),
        ]

    class Privacy:
        personal = frozenset({"author", "words"})
        plain = frozenset(
            {"id", "case", "key", "from_office", "written_at", "due_at", "settled_at"}
        )


class CaseKey(models.Model):
    """The wrapped key of one case, in a database of its own."""

    lies_with_the_keys = True

    case_id = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()

    class Privacy:
        personal = frozenset({"wrapped"})
        plain = frozenset({"case_id"})
