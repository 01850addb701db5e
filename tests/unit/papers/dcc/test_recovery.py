"""The law's days, each at its edge."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from visavis.papers.dcc.recovery import (
    LAST_DAY,
    Analysis,
    Obstacle,
    Proof,
    Sampling,
    accepted_in_switzerland,
    law_today,
    obstacle,
    printed_period,
)

DAY = timedelta(days=1)
ON = date(2022, 5, 2)
PCR = Proof(Analysis.PCR, date(2022, 4, 1))
ANTIGEN = Proof(Analysis.RAPID_ANTIGEN, date(2022, 4, 1))


def test_the_official_swiss_vector_has_our_days():
    period = printed_period(date(2021, 8, 1))

    assert (period.first, period.last) == (date(2021, 8, 11), date(2022, 1, 27))


@pytest.mark.parametrize(
    ("on", "last"),
    [
        pytest.param(date(2021, 6, 7), 179, id="the first certificates"),
        pytest.param(date(2021, 11, 15), 179, id="the day before a year"),
        pytest.param(date(2021, 11, 16), 364, id="a year, from this day"),
        pytest.param(date(2022, 1, 30), 364, id="the last day of a year"),
        pytest.param(date(2022, 1, 31), 269, id="270 days, from this day"),
        pytest.param(date(2022, 3, 24), 269, id="the last day of 270 days"),
        pytest.param(date(2022, 3, 25), 179, id="as the EU again"),
        pytest.param(LAST_DAY, 179, id="the last day of the law"),
    ],
)
def test_switzerland_accepted_from_day_ten_to_the_last_day_of_its_time(on, last):
    def accepted(days: int) -> bool:
        return accepted_in_switzerland(on - days * DAY, on=on)

    assert [accepted(9), accepted(10), accepted(last), accepted(last + 1)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("on", [date(2021, 6, 6), LAST_DAY + DAY])
def test_switzerland_accepted_nothing_outside_the_law(on):
    assert not accepted_in_switzerland(on - 20 * DAY, on=on)


@pytest.mark.parametrize(
    ("proof", "on", "expected"),
    [
        pytest.param(PCR, date(2022, 4, 1), None, id="a result of today"),
        pytest.param(PCR, date(2022, 3, 31), Obstacle.RESULT_IN_FUTURE, id="of tomorrow"),
        pytest.param(PCR, date(2022, 9, 27), None, id="day 179"),
        pytest.param(PCR, date(2022, 9, 28), Obstacle.NO_LONGER_ACCEPTED, id="day 180"),
        pytest.param(
            Proof(Analysis.PCR, date(2021, 1, 30)), date(2022, 1, 29), None, id="day 364 of a year"
        ),
        pytest.param(
            Proof(Analysis.PCR, date(2021, 1, 30)),
            date(2022, 1, 30),
            Obstacle.NO_LONGER_ACCEPTED,
            id="day 365 of a year",
        ),
        pytest.param(
            Proof(Analysis.PCR, date(2021, 6, 1)),
            date(2021, 6, 6),
            Obstacle.NOT_YET_LAW,
            id="before",
        ),
        pytest.param(Proof(Analysis.PCR, date(2021, 6, 1)), date(2021, 6, 7), None, id="at once"),
        pytest.param(Proof(Analysis.PCR, date(2023, 8, 1)), LAST_DAY, None, id="the last day"),
        pytest.param(
            Proof(Analysis.PCR, date(2023, 8, 1)), LAST_DAY + DAY, Obstacle.LAW_ENDED, id="after"
        ),
        pytest.param(replace(PCR, country="FR"), ON, None, id="PCR abroad"),
        pytest.param(ANTIGEN, ON, None, id="antigen"),
        pytest.param(ANTIGEN, ON - DAY, Obstacle.ANTIGEN_NOT_ISSUED, id="antigen, a day early"),
        pytest.param(replace(ANTIGEN, country="FR"), ON, Obstacle.ABROAD_ONLY_PCR, id="abroad"),
        pytest.param(
            replace(ANTIGEN, by_accepted_place=False), ON, Obstacle.ANTIGEN_PLACE, id="at home"
        ),
        pytest.param(
            replace(ANTIGEN, sampling=Sampling.NOSE), ON, Obstacle.ANTIGEN_SAMPLE, id="nose only"
        ),
        pytest.param(
            replace(ANTIGEN, analysis=Analysis.LABORATORY_ANTIGEN, sampling=Sampling.SALIVA),
            ON,
            Obstacle.ANTIGEN_SAMPLE,
            id="saliva",
        ),
        pytest.param(
            replace(ANTIGEN, first_positive_on=date(2021, 9, 30)),
            date(2022, 1, 24),
            Obstacle.ANTIGEN_TOO_EARLY,
            id="antigen of September 2021",
        ),
        *(
            pytest.param(
                replace(ANTIGEN, first_positive_on=date(2021, 10, 1)),
                on,
                expected,
                id=f"Swiss {on}",
            )
            for on, expected in [
                (date(2022, 1, 23), Obstacle.ANTIGEN_NOT_ISSUED),
                (date(2022, 1, 24), Obstacle.ANTIGEN_SWITZERLAND_ONLY),
                (date(2022, 2, 16), Obstacle.ANTIGEN_SWITZERLAND_ONLY),
                (date(2022, 2, 17), Obstacle.ANTIGEN_NOT_ISSUED),
            ]
        ),
    ],
)
def test_what_stands_in_the_way(proof, on, expected):
    assert obstacle(proof, on=on) is expected


def test_a_demonstration_shows_the_last_law():
    today = date(2026, 11, 26)

    assert law_today(today) == LAST_DAY
    assert law_today(ON) == ON
    assert obstacle(Proof(Analysis.PCR, today), on=today, law_of=law_today(today)) is None
