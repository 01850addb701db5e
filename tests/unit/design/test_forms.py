from datetime import date

import pytest
from django.core.exceptions import ValidationError

from visavis.design.forms import DayField, PartialDay, PartialDayField


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param(["27", "3", "1958"], PartialDay(1958, 3, 27), id="whole"),
        pytest.param(["", "3", "1958"], PartialDay(1958, 3), id="no day"),
        pytest.param(["", "", "1958"], PartialDay(1958), id="year only"),
        pytest.param(["29", "2", "2000"], PartialDay(2000, 2, 29), id="leap day"),
        pytest.param([" 07", "03 ", "1958"], PartialDay(1958, 3, 7), id="zeros and blanks"),
    ],
)
def test_a_partial_day_keeps_what_is_known(typed, expected):
    assert PartialDayField().clean(typed) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param(["27", "3", ""], "year", id="no year"),
        pytest.param(["27", "3", "58"], "year", id="short year"),
        pytest.param(["27", "", "1958"], "month_first", id="day without month"),
        pytest.param(["", "13", "1958"], "month", id="thirteenth month"),
        pytest.param(["29", "2", "1900"], "no_such_day", id="no leap year"),
        pytest.param(["0", "3", "1958"], "no_such_day", id="day nought"),
        pytest.param(["x", "3", "1958"], "day", id="letters"),
        pytest.param(["٣", "3", "1958"], "day", id="digits of another script"),
        pytest.param(["-1", "3", "1958"], "day", id="minus"),
    ],
)
def test_a_refused_day_says_which_part_is_wrong(typed, code):
    with pytest.raises(ValidationError) as refusal:
        PartialDayField().clean(typed)

    assert [error.code for error in refusal.value.error_list] == [code]


def test_an_empty_day_is_refused_only_where_it_is_required():
    assert PartialDayField(required=False).clean(["", "", ""]) is None
    with pytest.raises(ValidationError):
        PartialDayField().clean(["", "", ""])


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param(["", "3", "1958"], "day", id="no day"),
        pytest.param(["", "", "1958"], "month", id="no month"),
    ],
)
def test_a_whole_day_needs_every_part(typed, code):
    with pytest.raises(ValidationError) as refusal:
        DayField().clean(typed)

    assert refusal.value.error_list[0].code == code


def test_a_whole_day_cleans_to_a_date():
    assert DayField().clean(["1", "3", "2027"]) == date(2027, 3, 1)


def test_the_three_inputs_show_a_day_again():
    widget = DayField().widget

    assert widget.decompress(date(1958, 3, 27)) == [27, 3, 1958]
    assert widget.decompress(PartialDay(1958)) == [None, None, 1958]
    assert widget.decompress(None) == [None, None, None]
