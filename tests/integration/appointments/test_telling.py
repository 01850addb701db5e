"""What people are told: once, in their language, and only what is still true."""

from datetime import timedelta

import pytest

from tests.booking import at
from tests.integration.appointments.conftest import person
from visavis.appointments import followers
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import booking, importing, marking
from visavis.appointments.rules import CancelReason, State
from visavis.foundation import codes
from visavis.notices.models import Notice

pytestmark = pytest.mark.django_db
ONE = person("one")
EIGHT, NINE = (at("2026-10-27", clock, agenda="here") for clock in ("08:00", "08:45"))


@pytest.fixture
def right(give):
    return give(ONE, contact_channel="mail", contact_address="one@example.ch")


@pytest.fixture
def book(right, now):
    def book_(time=EIGHT):
        held = booking.hold(right=right, time=time, actor=ONE, now=now)
        return booking.confirm(hold_id=held.pk, actor=ONE, now=now)

    return book_


def told() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("template", flat=True))


def happen(what, right, book, office, now):
    one = book()
    then = EIGHT.starts_at + timedelta(minutes=1)
    if what == "moved":
        book(NINE)
    elif what == "cancelled":
        booking.cancel(right_id=right.pk, reason=CancelReason.OTHER_TIME, actor=ONE, now=now)
    elif what == "moved-by-office":
        marking.move(booking_id=one.pk, time=NINE, actor=office, now=now)
    elif what == "cancelled-by-office":
        marking.cancel(booking_id=one.pk, actor=office, now=now)
    elif what in ("second", "missed"):
        to = State.FAILED if what == "second" else State.MISSED
        marking.mark(booking_id=one.pk, to=to, actor=office, now=then)


@pytest.mark.parametrize(
    "what",
    ["booked", "moved", "cancelled", "moved-by-office", "cancelled-by-office", "second", "missed"],
)
@pytest.mark.parametrize("channel", ["mail", "sms"])
@pytest.mark.parametrize("language", ["fr", "de", "it", "en"])
def test_every_change_is_told_once_in_the_language_of_the_holder(
    right, book, office, run_jobs, now, what, channel, language
):
    Right.objects.filter(pk=right.pk).update(language=language, contact_channel=channel)
    right.refresh_from_db()

    happen(what, right, book, office, now)
    run_jobs(now)
    run_jobs(now)

    notice = Notice.objects.get(template=f"appointment-{what}")
    assert (notice.language, notice.channel) == (language, channel)
    assert "{" not in notice.body
    assert right.facts["sign"] not in notice.body
    assert right.facts["hull"] not in notice.body


def test_what_is_no_longer_true_when_the_job_comes_is_not_told(right, book, office, run_jobs, now):
    one = book()
    marking.cancel(booking_id=one.pk, actor=office, now=now)

    run_jobs(now)

    assert told() == ["appointment-cancelled-by-office"]


def test_a_follower_that_runs_twice_tells_once(right, book, now):
    one = book()

    for _ in range(3):
        followers.tell_booked(f"booking:{one.pk}", now)

    assert told() == ["appointment-booked"]


def test_what_is_told_of_the_future_is_useless_once_it_has_begun(right, book, now):
    one = book()

    followers.tell_booked(f"booking:{one.pk}", now)

    assert Notice.objects.get().useless_at == EIGHT.starts_at


def test_nobody_is_told_who_cannot_be_reached(give, run_jobs, now):
    right = give(ONE)
    held = booking.hold(right=right, time=EIGHT, actor=ONE, now=now)
    booking.confirm(hold_id=held.pk, actor=ONE, now=now)

    run_jobs(now)

    assert told() == []


def test_an_imported_summons_is_told_with_its_number(rush, office, run_jobs, now):
    importing.run(
        book=rush, actor=office, now=now,
        text="kind;agenda;starts_at;channel;address;sign;hull\n"
        "car;here;2026-10-27 08:00;mail;a@example.ch;EX1;HULL1\n",
    )  # fmt: skip

    run_jobs(now)

    notice = Notice.objects.get()
    assert notice.template == "appointment-summons"
    assert codes.spoken(Booking.objects.get().right.number) in notice.body
