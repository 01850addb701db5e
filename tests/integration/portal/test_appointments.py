"""Appointments in the portal, page by page, as a browser without script sees them."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.booking import book, citizen, make_right
from tests.integration.portal.test_visit import begin
from tests.people import as_actor, register
from tests.visiting import HOME
from visavis.appointments import listing, queries
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import booking, entering, loading
from visavis.appointments.rules import State
from visavis.devices.models import Device
from visavis.doors.portal.account_file import file_of
from visavis.foundation import database
from visavis.payments.models import Payment
from visavis.places.models import Canton
from visavis.visits import upkeep

pytestmark = pytest.mark.django_db


def address(name: str, *args: object, language: str = "de") -> str:
    with translation.override(language):
        return reverse(f"portal:{name}", args=args)


@pytest.fixture
def right(make_right) -> Right:
    return make_right(at=database.now())


@pytest.fixture
def client(right) -> Client:
    """A browser that has opened the right with number and registration mark."""
    return opened(right)


def opened(right: Right) -> Client:
    browser = Client()
    facts = {"appointment-number": right.number, "sign": right.facts["sign"]}
    browser.post(address("appointment_open", "boat-inspection"), facts)
    return browser


def free_times(right: Right) -> list[Time]:
    now, book = database.now(), queries.book_of(right)
    need = listing.need_of(right, book, now=now, standing=queries.standing_of(right))
    return listing.first_times(book, need, count=2000, now=now)


def choose(browser: Client, right: Right, time: Time):
    return browser.post(address("appointment_times", right.pk), {"time": str(time)})


def book_time(browser: Client, right: Right, time: Time, **typed: str):
    choose(browser, right, time)
    return browser.post(address("appointment_check", right.pk), {"contact": "", **typed})


class TestOpening:
    def test_needs_two_facts(self, right):
        browser = opened(right)

        assert browser.get(address("appointment", right.pk)).status_code == 200

    @pytest.mark.parametrize(
        ("number", "sign"),
        [
            pytest.param(None, "EX 999999", id="wrong sign"),
            pytest.param("700000010", None, id="unknown number"),
        ],
    )
    def test_says_the_same_of_wrong_and_unknown(self, right, number, sign):
        typed = {
            "appointment-number": number or right.number,
            "sign": sign or right.facts["sign"],
        }

        answer = Client().post(address("appointment_open", "boat-inspection", language="en"), typed)

        assert "We find no appointment with these two facts" in answer.content.decode()

    def test_is_refused_after_too_many_tries(self, right):
        browser = Client()
        typed = {"appointment-number": "700000010", "sign": "EX 1"}
        answers = [
            browser.post(address("appointment_open", "boat-inspection"), typed).status_code
            for _ in range(11)
        ]

        assert answers == [200] * 10 + [429]

    def test_of_the_neighbours_leads_to_the_two_facts_and_shows_nothing(self, right):
        answer = Client().get(address("appointment", right.pk))

        assert answer.status_code == 302
        assert "/appointments/at/boat-inspection/" in answer["Location"]

    @pytest.mark.parametrize(
        "page",
        ["times", "check", "booked", "cancel", "contact", "slip", "file", "wait"],
    )
    def test_nobody_else_sees_any_page(self, right, page):
        assert Client().get(address(f"appointment_{page}", right.pk)).status_code == 404

    @pytest.mark.parametrize(
        "page",
        ["confirm", "times", "check", "cancel", "offer_accept", "offer_decline", "wait_leave"],
    )
    def test_nobody_else_changes_anything(self, right, page):
        answer = Client().post(address(f"appointment_{page}", right.pk), {"time": "x"})

        assert answer.status_code == 404

    @pytest.mark.parametrize("language", ["fr", "de", "it", "en"])
    def test_speaks_every_language(self, right, language):
        page = Client().get(address("appointment_open", "boat-inspection", language=language))

        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()


class TestBooking:
    def test_chooses_looks_once_more_and_books(self, client, right):
        time = free_times(right)[0]

        assert "/check/" in choose(client, right, time)["Location"]
        answer = client.post(address("appointment_check", right.pk), {"contact": ""})

        assert "/booked/" in answer["Location"]
        assert queries.standing_of(right).starts_at == time.starts_at

    def test_shows_only_times_that_can_be_booked(self, client, right):
        page = client.get(address("appointment_times", right.pk)).content.decode()
        shown = set(re.findall(r'name="time" value="([^"]+)"', page))

        assert shown
        assert shown <= {str(time) for time in free_times(right)}

    def test_of_a_time_just_taken_says_so_and_offers_the_nearest(self, client, right, make_right):
        time = free_times(right)[4]
        rival = make_right(citizen("rival"), at=database.now())
        booking.hold(right=rival, time=time, actor=citizen("rival"), now=database.now())

        answer = choose(client, right, time)
        page = answer.content.decode()

        assert answer.status_code == 409
        assert page.count('name="time"') >= 3
        assert 'href="#id_time"' in page

    def test_after_the_hold_was_taken_over_says_the_same(self, client, right, make_right):
        time = free_times(right)[0]
        choose(client, right, time)
        Booking.objects.filter(right=right).update(hold_until=database.now() - timedelta(seconds=1))
        rival = make_right(citizen("rival"), at=database.now())
        booking.hold(right=rival, time=time, actor=citizen("rival"), now=database.now())

        first = choose(client, right, time)
        late = client.get(address("appointment_check", right.pk))

        assert first.status_code == 409
        assert late.status_code == 302

    @pytest.mark.parametrize("typed", ["", "x", "quay@2026", "quay@9999-99-99T99:99Z", "nowhere@2027-01-05T08:00Z", "\0"])  # fmt: skip
    def test_of_no_time_asks_again(self, client, right, typed):
        answer = client.post(address("appointment_times", right.pk), {"time": typed})

        assert answer.status_code in (200, 409)
        assert not Booking.objects.filter(right=right).exists()

    def test_ten_times_books_once(self, client, right):
        choose(client, right, free_times(right)[0])

        answers = [
            client.post(address("appointment_check", right.pk), {"contact": ""}).status_code
            for _ in range(10)
        ]

        assert answers == [302] * 10
        assert Booking.objects.filter(right=right).count() == 1

    def test_keeps_the_address_and_never_shows_it_whole(self, client, right):
        book_time(client, right, free_times(right)[0], contact="anna.muster@example.ch")

        right.refresh_from_db()
        pages = [
            opened(right).get(address(f"appointment{page}", right.pk)).content.decode()
            for page in ("", "_contact", "_booked", "_slip")
        ]
        assert right.contact_address == "anna.muster@example.ch"
        assert not [page for page in pages if "anna.muster" in page]

    def test_of_an_address_that_is_none_asks_again(self, client, right):
        choose(client, right, free_times(right)[0])

        answer = client.post(address("appointment_check", right.pk), {"contact": "anna"})

        assert answer.status_code == 200
        assert not Booking.objects.filter(right=right, state=State.BOOKED).exists()


class TestChanging:
    def test_moves(self, client, right):
        first, *_others, later = free_times(right)
        book_time(client, right, later)

        book_time(client, right, first)

        right.refresh_from_db()
        assert (queries.standing_of(right).starts_at, right.moves) == (first.starts_at, 1)

    def test_more_often_than_allowed_is_said_before_one_chooses(self, client, right):
        times = free_times(right)
        for time in (times[-1], times[-20], times[-40]):
            book_time(client, right, time)

        page = client.get(address("appointment_times", right.pk)).content.decode()

        assert 'name="time"' not in page

    def test_gives_back(self, client, right):
        book_time(client, right, free_times(right)[-1])

        client.post(address("appointment_cancel", right.pk), {"reason": "other-time"})

        right.refresh_from_db()
        assert queries.standing_of(right) is None
        assert right.is_open

    def test_asks_why_before_giving_back(self, client, right):
        book_time(client, right, free_times(right)[-1])

        client.post(address("appointment_cancel", right.pk), {"reason": ""})

        assert queries.standing_of(right) is not None

    def test_confirms_what_the_office_has_set(self, client, right):
        book_time(client, right, free_times(right)[-1])
        Booking.objects.filter(right=right).update(confirmed_at=None)

        client.post(address("appointment_confirm", right.pk))

        assert queries.standing_of(right).confirmed_at is not None


class TestAddressOfAStranger:
    """Nobody proves that an address is theirs: it must not be possible to bury it in messages."""

    @pytest.fixture
    def refused(self, client, right, make_right):
        for name in range(entering.RIGHTS_OF_AN_ADDRESS):
            one = make_right(citizen(str(name)), at=database.now())
            given = {"channel": "mail", "address": "anna@example.ch", "language": "de"}
            entering.tell_by(right=one, **given, actor=citizen(str(name)), now=database.now())

    def test_is_refused_when_booking(self, client, right, refused):
        answer = book_time(client, right, free_times(right)[0], contact="Anna@Example.ch")

        assert answer.status_code == 429
        assert queries.standing_of(right) is None
        assert "/booked/" in book_time(client, right, free_times(right)[0])["Location"]

    def test_is_refused_on_its_own_page(self, client, right, refused):
        typed = {"contact": "anna@example.ch"}

        answer = client.post(address("appointment_contact", right.pk, language="en"), typed)

        assert "too many appointments today" in answer.content.decode()
        right.refresh_from_db()
        assert right.contact_address == ""


class TestWhatWasShown:
    """A form is about the time and the price of its page, whatever happened since."""

    def fields(self, page) -> dict[str, str]:
        return dict(re.findall(r'name="(shown|fee)" value="([^"]*)"', page.content.decode()))

    def test_of_two_windows_none_books_the_time_of_the_other(self, client, right):
        first, second = free_times(right)[:2]
        choose(client, right, first)
        one = self.fields(client.get(address("appointment_check", right.pk)))
        choose(client, right, second)

        answer = client.post(address("appointment_check", right.pk), {"contact": "", **one})

        assert answer.status_code == 409
        assert queries.standing_of(right) is None
        two = self.fields(answer)
        client.post(address("appointment_check", right.pk), {"contact": "", **two})
        assert queries.standing_of(right).starts_at == second.starts_at

    def test_a_second_tap_leads_to_what_is_booked(self, client, right):
        choose(client, right, free_times(right)[0])
        seen = self.fields(client.get(address("appointment_check", right.pk)))

        answers = [
            client.post(address("appointment_check", right.pk), {"contact": "", **seen})["Location"]
            for _ in range(2)
        ]

        assert answers == [address("appointment_booked", right.pk)] * 2

    @pytest.mark.parametrize("page", ["check", "cancel"])
    def test_nobody_pays_what_was_not_said(self, client, right, page):
        """As when midnight of the last free day lies between page and tap."""
        earlier, *_others, last = free_times(right)
        book_time(client, right, last)
        choose(client, right, earlier)
        seen = self.fields(client.get(address(f"appointment_{page}", right.pk)))
        typed = {"contact": "", "reason": "no-longer-due"}

        answer = client.post(
            address(f"appointment_{page}", right.pk), {**typed, **seen, "fee": "1"}
        )

        assert (seen["fee"], answer.status_code) == ("0", 409)
        assert queries.standing_of(right).starts_at == last.starts_at

    def test_what_the_office_has_set_meanwhile_is_not_confirmed_unseen(self, client, right):
        book_time(client, right, free_times(right)[-1])
        Booking.objects.filter(right=right).update(confirmed_at=None)
        seen = self.fields(client.get(address("appointment", right.pk)))

        answers = [
            client.post(address("appointment_confirm", right.pk), {"shown": shown}).status_code
            for shown in (str(right.pk), seen["shown"])
        ]

        assert answers == [409, 302]


class TestKeeping:
    def test_hands_a_calendar_file_over(self, client, right):
        book_time(client, right, free_times(right)[0])

        answer = client.get(address("appointment_file", right.pk))

        assert answer["Content-Type"].startswith("text/calendar")
        assert b"BEGIN:VTIMEZONE" in answer.content
        assert right.facts["sign"].encode() not in answer.content

    def test_the_slip_holds_nothing_personal(self, client, right):
        book_time(client, right, free_times(right)[0])

        page = client.get(address("appointment_slip", right.pk)).content.decode()

        assert right.facts["hull"] not in page
        assert right.facts["sign"] not in page

    def test_lists_what_was_opened_here(self, client, right):
        page = client.get(address("appointments")).content.decode()

        assert address("appointment", right.pk) in page


class TestACalendarThatThePackHasNoLonger:
    @pytest.fixture
    def left(self, client, right) -> Right:
        """What stands in the calendar when it goes."""
        book_time(client, right, free_times(right)[-1])
        loading.load([], now=database.now())
        Canton.objects.update(version="dropped")
        return right

    def test_shows_what_stands_to_whoever_has_it(self, left):
        browser = opened(left)
        pages = ["", "_booked", "_times", "_cancel", "_contact", "_slip", "_file", "_wait"]
        answers = [browser.get(address(f"appointment{page}", left.pk)) for page in pages]

        assert [answer.status_code for answer in answers] == [200] * len(pages)
        assert 'name="time"' not in answers[2].content.decode()
        assert (
            address("appointment", left.pk) in browser.get(address("appointments")).content.decode()
        )

    def test_takes_it_back_and_offers_no_other(self, left):
        browser = opened(left)

        browser.post(address("appointment_cancel", left.pk), {"reason": "other-time"})
        page = browser.get(address("appointment", left.pk))

        assert queries.standing_of(left) is None
        assert page.status_code == 200

    def test_is_asked_for_by_nobody_new(self, left):
        pages = [
            address("appointment_new", "boat-inspection"),
            address("home"),
            address("appointments"),
        ]

        assert [Client().get(page).status_code for page in pages] == [404, 200, 200]


class TestWaiting:
    def test_asks_first_how_to_tell(self, client, right):
        page = client.get(address("appointment_wait", right.pk)).content.decode()

        assert address("appointment_contact", right.pk) in page

    def test_joins_and_leaves(self, client, right):
        client.post(address("appointment_contact", right.pk), {"contact": "a@example.ch"})
        client.post(address("appointment_wait", right.pk), {"places": ["quay"]})
        assert queries.wish_of(right) is not None

        client.post(address("appointment_wait_leave", right.pk))

        assert queries.wish_of(right) is None

    def test_an_offer_that_is_gone_is_said(self, client, right):
        answer = client.post(address("appointment_offer_accept", right.pk), follow=True)

        assert answer.status_code == 200


class TestAsking:
    def test_freely_makes_an_appointment_to_choose_a_time_for(self, book):
        browser = Client()
        typed = {"kind": "motor-boat", "sign": "EX 77", "hull": "HULL77777"}

        answer = browser.post(address("appointment_new", "boat-inspection"), typed)

        assert "/times/" in answer["Location"]
        assert browser.get(answer["Location"]).status_code == 200

    def test_twice_for_the_same_boat_is_refused(self, book):
        typed = {"kind": "motor-boat", "sign": "EX 77", "hull": "HULL77777"}
        Client().post(address("appointment_new", "boat-inspection"), typed)

        assert (
            Client().post(address("appointment_new", "boat-inspection"), typed).status_code == 409
        )


class TestDue:
    def test_says_when_a_car_is_due(self, jura):
        typed = {
            "group": "private", "inspections": "0",
            "registered_0": "14", "registered_1": "3", "registered_2": "2024",
        }  # fmt: skip

        page = Client().post(address("appointment_due", language="en"), typed).content.decode()

        assert "14 March 2029" in page
        assert "14 March 2030" in page

    @pytest.mark.parametrize("year", ["1", "9998", "9999"])
    def test_refuses_a_year_that_nobody_means(self, jura, year):
        typed = {
            "group": "private", "inspections": "0",
            "registered_0": "31", "registered_1": "12", "registered_2": year,
        }  # fmt: skip

        answer = Client().post(address("appointment_due", language="en"), typed)

        assert answer.status_code == 200
        assert "The next inspection is due" not in answer.content.decode()

    def test_is_not_there_without_vehicles(self, exemple):
        assert Client().get(address("appointment_due")).status_code == 404


class TestLateness:
    def test_costs_what_the_page_said_before(self, jura):
        """The canton with a late fee: said on the page, asked for once, paid from the appointment."""
        from visavis.appointments import books

        vehicles, now = books.book("vehicle-inspection"), database.now()
        right = entering.make(
            book=vehicles, purpose=entering.Purpose.SUMMONS, kind="passenger-car",
            given={"plate": "JU777", "master-number": "123456789", "chassis-number": "ABCDE12345"},
            language="fr", actor=citizen(), now=now,
        )  # fmt: skip
        browser = Client()
        browser.post(
            address("appointment_open", "vehicle-inspection", language="fr"),
            {"appointment-number": right.number, "plate": "JU 777"},
        )
        book_time(browser, right, free_times(right)[0])
        right.refresh_from_db()
        later = free_times(right)[-1]

        page = browser.get(address("appointment_times", right.pk, language="fr")).content.decode()
        book_time(browser, right, later)

        assert "40.00" in page
        payment = Payment.objects.get()
        assert payment.amount_cents == 4000
        assert browser.get(address("payment", payment.pk, language="fr")).status_code == 200
        assert Client().get(address("payment", payment.pk, language="fr")).status_code == 404


class TestAccount:
    @pytest.fixture
    def anna(self, right):
        """Somebody signed in, who has opened the right once."""
        user = register(database.now(), "anna.muster@example.ch", family_name="Muster")
        browser = Client()
        browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        facts = {"appointment-number": right.number, "sign": right.facts["sign"]}
        browser.post(address("appointment_open", "boat-inspection"), facts)
        return user, browser

    def test_keeps_what_it_has_opened_once(self, anna, right):
        user, browser = anna
        again = Client()
        again.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])

        assert again.get(address("appointment", right.pk)).status_code == 200
        assert (
            address("appointment", right.pk)
            in again.get(address("appointment_open", "boat-inspection")).content.decode()
        )
        assert browser.get(address("appointments")).status_code == 200

    def test_finds_the_boat_that_it_has_told_filled_in(self, anna):
        _user, browser = anna
        typed = {"kind": "motor-boat", "sign": "EX 77", "hull": "HULL77777"}
        browser.post(address("appointment_new", "boat-inspection"), typed)

        page = browser.get(address("appointment_new", "boat-inspection")).content.decode()

        assert "HULL77777" in page

    def test_learns_nothing_more_from_a_paper_that_it_has_found(self, anna, right):
        user, browser = anna
        Right.objects.update(contact_channel="mail", contact_address="holder@example.ch")

        shown = [
            browser.get(address("appointment", right.pk)).content.decode(),
            browser.get(address("appointment_new", "boat-inspection")).content.decode(),
            str(file_of(user, now=database.now())),
        ]

        right.refresh_from_db()
        assert right.owner == user.name
        assert not [page for page in shown if right.facts["hull"] in page or "holder@" in page]

    def test_gets_its_appointments_with_its_data(self, anna, right):
        user, _browser = anna

        assert [one["number"] for one in file_of(user, now=database.now())["appointments"]] == [
            right.number
        ]

    def test_of_another_does_not_take_it_over(self, anna, right):
        user, _browser = anna
        other = register(database.now(), "otto@example.ch", family_name="Otto")

        entering.let_in(right, actor=as_actor(other), now=database.now())

        right.refresh_from_db()
        assert right.owner == user.name


class TestAtAKiosk:
    @pytest.fixture
    def device(self, book):
        return Device.objects.get(code="seebruck-kiosk")

    def test_the_end_of_the_visit_frees_the_time_and_shuts_the_page(
        self, device, right, make_right
    ):
        browser = Client()
        begin(browser, upkeep.issue_ticket(device=device, home=HOME, now=database.now()))
        facts = {"appointment-number": right.number, "sign": right.facts["sign"]}
        browser.post(address("appointment_open", "boat-inspection"), facts)
        time = free_times(right)[0]
        choose(browser, right, time)
        rival = make_right(at=database.now())
        assert time not in free_times(rival)

        browser.post(address("finish"))

        assert time in free_times(rival)
        assert browser.get(address("appointment", right.pk)).status_code == 410
