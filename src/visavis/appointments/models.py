"""Tables of appointments: one row for each stretch of a lane that is held, booked or blocked."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q

from visavis.appointments import rules
from visavis.appointments.lanes import Agenda, Calendar, Lane
from visavis.appointments.rules import State
from visavis.foundation.database import one_value_range
from visavis.visits.models import Visit

ONE_AT_A_TIME = "appointments_one_at_a_time_in_a_lane"
ONE_STANDING = "appointments_one_standing_booking_a_right"
LIVE = sorted(state.value for state in rules.LIVE)
STANDING = sorted(state.value for state in rules.STANDING)


def occupied() -> Func:
    """Return the half-open stretch of time in which a booking keeps its lane busy."""
    return Func(
        F("starts_at"), F("busy_until"), function="tstzrange", output_field=DateTimeRangeField()
    )


class RightQuerySet(models.QuerySet["Right"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def of(self, name: str) -> Self:
        return self.filter(owner=name)


class Right(models.Model):
    """That somebody may have one appointment: summoned, a second time, or freely."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=18, unique=True)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="rights")
    purpose = models.CharField(max_length=8, choices=[(p.value, p.name) for p in rules.Purpose])
    kind = models.CharField(max_length=40)
    weight_kg = models.PositiveIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict)  # canonical values by code
    subject_digest = models.CharField(max_length=64, blank=True, default="")
    owner = models.CharField(max_length=80, blank=True, default="")  # name of an account
    language = models.CharField(max_length=2)
    contact_channel = models.CharField(max_length=10, blank=True, default="")
    contact_address = models.CharField(max_length=300, blank=True, default="")
    latest_on = models.DateField(null=True, blank=True)
    first_on = models.DateField(null=True, blank=True)  # day of the first appointment given
    moves = models.PositiveSmallIntegerField(default=0)
    misses = models.PositiveSmallIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0)  # of changes, for calendar programs
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True, default="")
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = RightQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="appointments_one_open_right_a_subject",
                fields=["calendar", "subject_digest"],
                condition=Q(closed_at=None) & ~Q(subject_digest=""),
            ),
            models.CheckConstraint(
                name="appointments_purpose_is_known",
                condition=Q(purpose__in=[purpose.value for purpose in rules.Purpose]),
            ),
            models.CheckConstraint(
                name="appointments_outcome_comes_with_the_end",
                condition=Q(closed_at=None, outcome="")
                | Q(closed_at__isnull=False, outcome__in=[one.value for one in rules.Outcome]),
            ),
            models.CheckConstraint(
                name="appointments_contact_has_channel_and_address",
                condition=Q(contact_channel="", contact_address="")
                | (~Q(contact_channel="") & ~Q(contact_address="")),
            ),
        ]
        indexes = [
            models.Index(name="appointments_rights_of", fields=["owner"], condition=~Q(owner="")),
            models.Index(name="appointments_rights_closed", fields=["closed_at"]),
        ]

    class Privacy:
        personal = frozenset(
            {
                *("facts", "subject_digest", "owner", "contact_channel", "contact_address"),
                *("number", "made_by"),
            }
        )
        plain = frozenset(
            {
                *("id", "calendar", "purpose", "kind", "weight_kg", "language", "latest_on"),
                *("first_on", "moves", "misses", "sequence", "follows", "made_at", "closed_at"),
                *("outcome", "erased_at"),
            }
        )

    def __str__(self) -> str:
        return f"right {self.pk}"

    @property
    def subject(self) -> str:
        """What the journal and notices call it."""
        return f"appointment:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def was_told_by(self, name: str) -> bool:
        """Tell whether an account has told us the facts itself.

        Who owns a summons has proven two facts of it only: they may have found the paper.
        """
        return name == self.made_by == self.owner


class RightKey(models.Model):
    """One pair of facts that opens a right, as a keyed hash."""

    right = models.ForeignKey(Right, on_delete=models.CASCADE, related_name="keys")
    digest = models.CharField(max_length=64, db_index=True)

    class Privacy:
        personal = frozenset({"digest"})
        plain = frozenset({"id", "right"})


class RightAccess(models.Model):
    """That somebody has opened a right with what they know, and may act on it."""

    right = models.ForeignKey(Right, on_delete=models.CASCADE, related_name="accesses")
    actor = models.CharField(max_length=80)  # a visit, a browser or an account
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="appointments_one_access_a_right_and_actor", fields=["right", "actor"]
            ),
        ]

    class Privacy:
        personal = frozenset({"actor"})
        plain = frozenset({"id", "right", "opened_at"})


class Closure(models.Model):
    """Time that an office has taken out of its lanes; `Booking` rows of state block enforce it."""

    agenda = models.ForeignKey(Agenda, on_delete=models.PROTECT, related_name="closures")
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, null=True, blank=True)  # None: all
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    reopened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="appointments_closure_ends_after_it_begins",
                condition=Q(ends_at__gt=F("starts_at")),
            ),
        ]

    class Privacy:
        personal = frozenset({"made_by"})
        plain = frozenset(
            {"id", "agenda", "lane", "starts_at", "ends_at", "made_at", "reopened_at"}
        )


class Wish(models.Model):
    """Somebody on the waiting list for an earlier date."""

    right = models.ForeignKey(Right, on_delete=models.CASCADE, related_name="wishes")
    agendas = models.JSONField(default=list)  # codes; empty: all
    made_at = models.DateTimeField()
    offers = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="appointments_one_open_wish_a_right",
                fields=["right"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="appointments_wish_ends_with_a_reason",
                condition=Q(ended_at=None, ended_why="")
                | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "right", "agendas", "made_at", "offers", "ended_at", "ended_why"})


class BookingQuerySet(models.QuerySet["Booking"]):
    def standing(self) -> Self:
        return self.filter(state__in=STANDING)

    def blocking(self, now: datetime) -> Self:
        """What takes time now: everything live but holds whose time or visit is over."""
        return self.filter(
            Q(state__in=[state for state in LIVE if state != State.HOLD]) | self._is_held(now)
        )

    def dead_holds(self, now: datetime) -> Self:
        return self.filter(state=State.HOLD).exclude(self._is_held(now))

    @staticmethod
    def _is_held(now: datetime) -> Q:
        lives = Exists(Visit.objects.open(now).filter(pk=OuterRef("visit")))
        return Q(state=State.HOLD, hold_until__gt=now) & (Q(visit=None) | Q(lives))

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> Self:
        """What touches a stretch of time; the first bound lets the index find the beginning."""
        return self.filter(
            starts_at__gt=starts_at - rules.LONGEST, starts_at__lt=ends_at, busy_until__gt=starts_at
        )


class Booking(models.Model):
    """A stretch of one lane: held for somebody, booked, or blocked."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="bookings")
    right = models.ForeignKey(
        Right, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    state = models.CharField(max_length=10, choices=[(s.value, s.name) for s in State])
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    busy_until = models.DateTimeField()  # with the time to make ready again
    hold_until = models.DateTimeField(null=True, blank=True)
    held_by = models.CharField(max_length=80, blank=True, default="")  # an Actor name
    visit = models.UUIDField(null=True, blank=True)  # with which a hold ends
    wish = models.ForeignKey(
        Wish, on_delete=models.SET_NULL, null=True, blank=True, related_name="bookings"
    )
    closure = models.ForeignKey(
        Closure, on_delete=models.PROTECT, null=True, blank=True, related_name="blocks"
    )
    moved_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="moved_to"
    )
    channel = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)  # by the citizen
    changed_at = models.DateTimeField(null=True, blank=True)  # when its state changed last
    changed_by = models.CharField(max_length=80, blank=True, default="")
    why = models.CharField(
        max_length=20, blank=True, default=""
    )  # given back, or set by the office
    reminded_days = models.PositiveSmallIntegerField(null=True, blank=True)  # before, last sent
    before = models.JSONField(default=dict)  # what a mark changed of the right, to take it back

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name=ONE_AT_A_TIME,
                expressions=[
                    (one_value_range("lane_id"), RangeOperators.OVERLAPS),
                    (occupied(), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=LIVE),
            ),
            models.UniqueConstraint(
                name=ONE_STANDING, fields=["right"], condition=Q(state__in=STANDING)
            ),
            models.UniqueConstraint(
                name="appointments_one_hold_a_right",
                fields=["right"],
                condition=Q(state="hold"),
            ),
            models.UniqueConstraint(
                name="appointments_one_hold_a_holder",
                fields=["held_by"],
                condition=Q(state="hold"),
            ),
            models.CheckConstraint(
                name="appointments_state_is_known",
                condition=Q(state__in=[state.value for state in State]),
            ),
            models.CheckConstraint(
                name="appointments_takes_time_and_a_day_at_most",
                condition=Q(
                    ends_at__gt=F("starts_at"),
                    busy_until__gte=F("ends_at"),
                    busy_until__lte=F("starts_at") + rules.LONGEST,
                ),
            ),
            models.CheckConstraint(
                name="appointments_a_hold_has_an_end_and_a_holder",
                condition=(Q(hold_until__isnull=False) & ~Q(held_by="")) | ~Q(state="hold"),
            ),
            models.CheckConstraint(
                name="appointments_only_a_block_has_no_right",
                condition=Q(right=None, closure__isnull=False, state__in=["block", "released"])
                | (Q(right__isnull=False, closure=None) & ~Q(state="block")),
            ),
        ]
        indexes = [
            models.Index(
                name="appointments_busy_in_a_lane",
                fields=["lane", "starts_at"],
                include=["busy_until", "state"],
                condition=Q(state__in=LIVE),
            ),
            models.Index(
                name="appointments_to_remind",
                fields=["starts_at"],
                condition=Q(state="booked"),
            ),
        ]

    class Privacy:
        personal = frozenset({"held_by", "visit", "changed_by"})
        plain = frozenset(
            {
                *("id", "lane", "right", "state", "starts_at", "ends_at", "busy_until"),
                *("hold_until", "wish", "closure", "moved_from", "channel", "made_at"),
                *("confirmed_at", "changed_at", "why", "reminded_days", "before"),
            }
        )

    def __str__(self) -> str:
        return f"booking {self.pk}"

    @property
    def was_set_by_office(self) -> bool:
        """Tell whether the office moved somebody here; leaving again costs nothing."""
        return self.why == rules.CancelReason.OFFICE
