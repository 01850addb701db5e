from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.people import rules
from visavis.people.rules import Contact, ContactKind, NoSuchDay, PartialDate


@st.composite
def partial_dates(draw):
    whole = draw(st.dates(min_value=date(1890, 1, 1), max_value=date(2100, 12, 31)))
    known = draw(st.integers(min_value=1, max_value=3))
    return PartialDate(*(whole.year, whole.month, whole.day)[:known])


class TestPartialDate:
    @pytest.mark.parametrize(
        ("parts", "text", "earliest", "latest"),
        [
            pytest.param((1961,), "1961", date(1961, 1, 1), date(1961, 12, 31), id="a year"),
            pytest.param((1961, 4), "1961-04", date(1961, 4, 1), date(1961, 4, 30), id="a month"),
            pytest.param(
                (1961, 12), "1961-12", date(1961, 12, 1), date(1961, 12, 31), id="December"
            ),
            pytest.param(
                (2024, 2), "2024-02", date(2024, 2, 1), date(2024, 2, 29), id="leap February"
            ),
            pytest.param(
                (1900, 2), "1900-02", date(1900, 2, 1), date(1900, 2, 28), id="no leap in 1900"
            ),
            pytest.param(
                (1961, 4, 12), "1961-04-12", date(1961, 4, 12), date(1961, 4, 12), id="a whole day"
            ),
        ],
    )
    def test_spans_the_days_that_it_may_mean(self, parts, text, earliest, latest):
        birth = PartialDate(*parts)

        assert (str(birth), birth.earliest, birth.latest) == (text, earliest, latest)
        assert birth.is_complete is (len(parts) == 3)

    @pytest.mark.parametrize(
        "parts",
        [
            pytest.param((1961, None, 12), id="a day without its month"),
            pytest.param((1961, 13), id="month 13"),
            pytest.param((1961, 0), id="month 0"),
            pytest.param((1961, 2, 29), id="29 February in a common year"),
            pytest.param((1961, 4, 31), id="31 April"),
            pytest.param((1961, 4, 0), id="day 0"),
            pytest.param((0,), id="year 0"),
            pytest.param((10000,), id="five digits"),
        ],
    )
    def test_refuses_what_is_no_day(self, parts):
        with pytest.raises(NoSuchDay):
            PartialDate(*parts)

    @pytest.mark.parametrize(
        ("parts", "expected"),
        [
            pytest.param((2008, 11, 22), True, id="birthday today"),
            pytest.param((2008, 11, 23), False, id="birthday tomorrow"),
            pytest.param((2008, 10), True, id="month before"),
            pytest.param((2008, 11), None, id="this month: cannot tell"),
            pytest.param((2008,), None, id="this year: cannot tell"),
            pytest.param((2007,), True, id="year before"),
            pytest.param((2009,), False, id="year after"),
        ],
    )
    def test_tells_an_age_or_that_it_cannot(self, parts, expected):
        assert PartialDate(*parts).is_at_least(18, on=date(2026, 11, 22)) is expected

    @given(partial_dates(), partial_dates())
    def test_orders_all_and_never_against_the_calendar(self, one, other):
        assert (one < other) + (one == other) + (one > other) == 1
        if one.latest < other.earliest:
            assert one < other

    @given(st.lists(partial_dates(), max_size=8))
    def test_sorts_by_the_earliest_day(self, births):
        days = [birth.earliest for birth in sorted(births)]

        assert days == sorted(days)

    @given(partial_dates(), st.dates(min_value=date(2101, 1, 1), max_value=date(2150, 1, 1)))
    def test_ages_differ_by_at_most_one_year_and_grow(self, birth, on):
        assert 0 <= birth.oldest_on(on) - birth.youngest_on(on) <= 1
        assert birth.youngest_on(on + timedelta(days=366)) > birth.youngest_on(on)
        assert birth.is_at_least(birth.youngest_on(on), on=on) is True
        assert birth.is_at_least(birth.oldest_on(on) + 1, on=on) is False


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        pytest.param(PartialDate(1889, 12, 31), False, id="nobody is that old"),
        pytest.param(PartialDate(1890), True, id="oldest"),
        pytest.param(PartialDate(2026, 11, 22), True, id="born today"),
        pytest.param(PartialDate(2026, 11, 23), False, id="born tomorrow"),
        pytest.param(PartialDate(2026), True, id="born this year"),
        pytest.param(PartialDate(2026, 12), False, id="born next month"),
    ],
)
def test_is_birth_date_asks_for_somebody_alive(birth, expected):
    assert rules.is_birth_date(birth, today=date(2026, 11, 22)) is expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param(
            " Elodie@Example.CH ", Contact(ContactKind.MAIL, "elodie@example.ch"), id="mail"
        ),
        pytest.param("a.b+c@d-e.f.ch", Contact(ContactKind.MAIL, "a.b+c@d-e.f.ch"), id="odd mail"),
        pytest.param("078 555 01 01", Contact(ContactKind.SMS, "+41785550101"), id="Swiss mobile"),
        pytest.param(
            "+41 78 555 01 01", Contact(ContactKind.SMS, "+41785550101"), id="with country"
        ),
        pytest.param(
            "0033 6 12 34 56 78", Contact(ContactKind.SMS, "+33612345678"), id="from France"
        ),
        pytest.param(
            "078\u00a0555\u00a001\u00a001",
            Contact(ContactKind.SMS, "+41785550101"),
            id="hard blanks",
        ),
    ],
)
def test_contact_from_reads_what_people_type(typed, expected):
    assert rules.contact_from(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "elodie", "@", "a@b", "a b@c.ch", "a..b@c.ch", ".@", "a.@c.ch", "a@-c.ch"),
        *(
            "12",
            "078 555 01",
            "032 420 00 00",
            "٠٧٨ ٥٥٥ ٠١ ٠١",
            "078 555 01 01 ext 5x",
            "a@" + "b" * 260 + ".ch",
        ),
    ],
)
def test_contact_from_refuses_what_reaches_nobody(typed):
    with pytest.raises(rules.NotAContact):
        rules.contact_from(typed)


def test_contact_from_says_when_a_number_gets_no_messages():
    with pytest.raises(rules.NotMobile):
        rules.contact_from("032 420 00 00")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("  Anne-Marie   d’Arc ", "Anne-Marie d’Arc", id="blanks"),
        pytest.param("Nguyễn 3rd", "Nguyễn 3rd", id="accents and digits"),
        pytest.param(" ", None, id="empty"),
        pytest.param("a\x00b", None, id="control character"),
        pytest.param("x" * 101, None, id="longer than eCH-0044 allows"),
    ],
)
def test_clean_name_keeps_any_name(typed, expected):
    assert rules.clean_name(typed) == expected


def test_nobody_sees_an_account_without_a_name():
    assert rules.may_see("p-a", actor_name="p-a")
    assert not rules.may_see("p-a", actor_name="p-b")
    assert not rules.may_see("", actor_name="")
