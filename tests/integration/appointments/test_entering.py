"""Coming to an appointment: with two facts, freely, with an account; and how often one may try."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.integration.appointments.conftest import person
from visavis.appointments import facts, listing, queries
from visavis.appointments.books import NoSuchKind
from visavis.appointments.facts import NUMBER
from visavis.appointments.models import Right, RightAccess, RightKey
from visavis.appointments.operations import booking, entering
from visavis.appointments.refusals import AlreadyOpen, NoMatch, NotOpen
from visavis.appointments.rules import Outcome, Purpose
from visavis.foundation import codes
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.foundation.throttles import TooMany

pytestmark = pytest.mark.django_db


def open_(book, given, actor, now):
    return entering.open_with(book=book, given=given, actor=actor, now=now)


def known_of(right):
    return {NUMBER: right.number, "sign": right.facts["sign"]}


@pytest.fixture
def stranger():
    return person("stranger")


class TestOpenWith:
    def test_two_facts_opens_the_appointment_for_whoever_knows_them(
        self, rush, give, stranger, now
    ):
        right = give()

        opened = open_(rush, known_of(right), stranger, now)

        assert opened == right
        assert queries.right_for(right.pk, actor=stranger) == right

    def test_the_other_pair_works_as_well_in_any_order(self, rush, give, stranger, now):
        right = give()

        opened = open_(
            rush, {"hull": right.facts["hull"], "sign": right.facts["sign"]}, stranger, now
        )

        assert opened == right

    @pytest.mark.parametrize(
        "changed",
        [
            pytest.param({"sign": "EX999999"}, id="a wrong plate"),
            pytest.param({NUMBER: codes.new_number()}, id="an unknown number"),
            pytest.param({NUMBER: None}, id="one fact only"),
            pytest.param({"hull": "HULL00001"}, id="three facts"),
            pytest.param({NUMBER: None, "sign": None}, id="none"),
            pytest.param({NUMBER: None, "hull": "HULL00002"}, id="facts of two"),
        ],
    )
    def test_says_the_same_whatever_is_wrong_and_lets_nobody_in(
        self, rush, give, stranger, now, changed
    ):
        right = give()
        give()
        given = {key: value for key, value in {**known_of(right), **changed}.items() if value}

        with pytest.raises(NoMatch) as refusal:
            open_(rush, given, stranger, now)

        assert str(refusal.value) == ""
        assert not RightAccess.objects.filter(actor=stranger.name).exists()
        with pytest.raises(queries.NoSuchRight):
            queries.right_for(right.pk, actor=stranger)

    def test_opens_the_newest_of_several_with_the_same_facts(self, rush, system, stranger, now):
        given = {"sign": "EX7", "hull": "HULL7"}
        for days in (2, 1, 3):
            right = entering.make(
                book=rush, purpose=Purpose.SUMMONS, kind="car", given=given, language="fr",
                actor=system, now=now - timedelta(days=days),
            )  # fmt: skip
            Right.objects.filter(pk=right.pk).update(closed_at=now, outcome=Outcome.DONE)

        opened = open_(rush, given, stranger, now)

        assert opened.made_at == now - timedelta(days=1)

    def test_nobody_can_try_facts_out_in_the_database(self, rush, give):
        right = give()

        stored = set(RightKey.objects.filter(right=right).values_list("digest", flat=True))

        plain = facts.digest(rush.code, known_of(right), key=b"")
        assert len(stored) == 2
        assert plain not in stored

    def test_gives_an_account_what_nobody_else_has(self, rush, give, now):
        right = give()
        first, second = (
            Actor(kind=Kind.CITIZEN, name=name, channel=Channel.WEB) for name in ("p-1", "p-2")
        )

        open_(rush, known_of(right), first, now)
        open_(rush, known_of(right), second, now)

        right.refresh_from_db()
        assert right.owner == "p-1"
        assert [one.pk for one in queries.rights_of(second)] == [right.pk]


class TestThrottles:
    def test_stop_one_person_after_ten_tries_even_right_ones(self, rush, give, stranger, now):
        right = give()
        for _ in range(entering.TRIES_OF_ONE):
            open_(rush, known_of(right), stranger, now)

        with pytest.raises(TooMany) as refusal:
            open_(rush, known_of(right), stranger, now)

        assert open_(rush, known_of(right), stranger, refusal.value.retry_at) == right

    def test_stop_trying_numbers_for_a_known_plate_from_ever_new_browsers(self, rush, give, now):
        right = give()

        def guess(count):
            for _ in range(count):
                with pytest.raises(NoMatch):
                    open_(
                        rush, {NUMBER: codes.new_number(), "sign": right.facts["sign"]},
                        person(uuid4()), now,
                    )  # fmt: skip

        guess(entering.TRIES_OF_A_FACT)
        with pytest.raises(TooMany):
            guess(1)

    def test_stop_a_device_whose_visits_try_too_much(self, rush, now):
        def at_kiosk():
            visit = uuid4()
            return Actor(
                kind=Kind.CITIZEN, name=f"visit:{visit}", channel=Channel.KIOSK, device="kiosk-1"
            )

        for number in range(entering.TRIES_AT_A_DEVICE):
            with pytest.raises(NoMatch):
                open_(rush, {NUMBER: codes.new_number(), "sign": f"EX{number + 1}"}, at_kiosk(), now)  # fmt: skip

        with pytest.raises(TooMany):
            open_(rush, {NUMBER: codes.new_number(), "sign": "EX999"}, at_kiosk(), now)

    def test_stop_one_person_from_booking_freely_again_and_again(self, rush, stranger, now):
        def ask(number):
            return entering.ask_freely(
                book=rush, kind="car", language="fr", actor=stranger, now=now,
                given={"sign": f"EX{number}", "hull": f"HULL{number}"},
            )  # fmt: skip

        for number in range(1, entering.FREE_OF_ONE + 1):
            ask(number)

        with pytest.raises(TooMany):
            ask(entering.FREE_OF_ONE + 1)


class TestAskFreely:
    def ask(self, rush, actor, now, kind="car", hull="HULL1"):
        return entering.ask_freely(
            book=rush, kind=kind, given={"sign": "EX1", "hull": hull}, language="de",
            actor=actor, now=now,
        )  # fmt: skip

    def test_makes_a_right_that_one_has_opened(self, rush, stranger, now):
        right = self.ask(rush, stranger, now)

        assert (right.purpose, right.language) == (Purpose.FREE, "de")
        assert queries.right_for(right.pk, actor=stranger) == right

    def test_refuses_a_second_one_for_the_same_thing_until_the_first_is_over(
        self, rush, stranger, now
    ):
        right = self.ask(rush, stranger, now)

        with pytest.raises(AlreadyOpen):
            self.ask(rush, person("other"), now)

        Right.objects.filter(pk=right.pk).update(closed_at=now, outcome=Outcome.DONE)
        assert self.ask(rush, person("other"), now).pk != right.pk

    def test_refuses_what_nobody_may_book_freely(self, rush, stranger, now):
        for kind in ("lorry", "ship"):
            with pytest.raises(NoSuchKind):
                self.ask(rush, stranger, now, kind=kind)
        assert not Right.objects.exists()


class TestTellBy:
    def test_is_remembered_and_an_empty_address_forgets_it(self, give, now):
        right = give(person("one"))
        tell = {"right": right, "language": "it", "actor": person("one"), "now": now}

        entering.tell_by(channel="sms", address="+41790000000", **tell)
        reach = queries.reach_of(Right.objects.get(pk=right.pk))
        entering.tell_by(channel="sms", address="", **tell)

        assert reach == queries.Reach("sms", "+41790000000", "it")
        assert queries.reach_of(Right.objects.get(pk=right.pk)) is None


def test_a_closed_right_lets_nobody_book(give, now):
    right = give(person("one"))
    Right.objects.filter(pk=right.pk).update(closed_at=now, outcome=Outcome.LAPSED)
    right.refresh_from_db()

    with pytest.raises(NotOpen):
        booking.let_go(right=right, actor=person("one"), now=now)


class TestAskingFreely:
    def test_of_unknown_people_ends_with_a_days_places(self, rush, now):
        def ask(number: int):
            return entering.ask_freely(
                book=rush, kind="car", language="de", now=now, actor=person(f"b{number}"),
                given={"sign": f"EX{number + 1}", "hull": f"HULL{number:05}"},
            )  # fmt: skip

        limit = max(entering.LEAST_FREE_A_DAY, listing.places_a_day(rush, "car", now=now))
        for number in range(limit):
            ask(number)

        with pytest.raises(TooMany):
            ask(limit)

    def test_of_an_account_ends_with_ten_open_ones(self, rush, now):
        anna = Actor(kind=Kind.CITIZEN, name="p-anna", channel=Channel.WEB)
        for number in range(entering.FREE_OPEN_OF_ONE):
            later = now + number * timedelta(hours=1)
            given = {"sign": f"EX{number + 1}", "hull": f"HULL{number:05}"}
            entering.ask_freely(
                book=rush, kind="car", given=given, language="de", actor=anna, now=later
            )

        with pytest.raises(TooMany):
            entering.ask_freely(
                book=rush, kind="car", given={"sign": "EX999", "hull": "HULL99999"},
                language="de", actor=anna, now=now + timedelta(days=1),
            )  # fmt: skip
