"""What the law said about recovery certificates, by date: which tests count, and for how long.

Three things are kept apart: until when the certificate itself says that it is valid (never
changed), how long Switzerland accepted it (changed three times, also for certificates issued
before), and which tests gave one. Pure: each function is told the day to judge at.

Source: COVID-19 Certificates Ordinance (SR 818.102.2), articles 16 and 18; rules RR-CH-0002 and
RR-CH-0003 of the federal verifier. The days of the third and the fourth way of counting are those
of the rule files; the day of effect is known to be near.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FIRST_DAY = date(2021, 6, 7)  # the first certificates
LAST_DAY = date(2023, 8, 31)  # of the legal basis
WAITING = timedelta(days=10)  # so that the eleventh day counts
PRINTED = timedelta(days=179)
ANTIGEN_SAMPLED_FROM = date(2021, 10, 1)
HOME = "CH"


class Analysis(StrEnum):
    """How the infection was proven."""

    PCR = "pcr"
    RAPID_ANTIGEN = "rapid_antigen"
    LABORATORY_ANTIGEN = "laboratory_antigen"


class Sampling(StrEnum):
    """Where the sample was taken from, as far as the law cares."""

    NASOPHARYNX = "nasopharynx"
    NOSE = "nose"
    SALIVA = "saliva"


class Obstacle(StrEnum):
    """Why a proof gives no certificate; the first one that is found."""

    NOT_YET_LAW = "not_yet_law"
    LAW_ENDED = "law_ended"
    RESULT_IN_FUTURE = "result_in_future"
    ABROAD_ONLY_PCR = "abroad_only_pcr"
    ANTIGEN_TOO_EARLY = "antigen_too_early"
    ANTIGEN_PLACE = "antigen_place"
    ANTIGEN_SAMPLE = "antigen_sample"
    ANTIGEN_NOT_ISSUED = "antigen_not_issued"
    ANTIGEN_SWITZERLAND_ONLY = "antigen_switzerland_only"
    NO_LONGER_ACCEPTED = "no_longer_accepted"


@dataclass(frozen=True, slots=True)
class Proof:
    """A positive test. Sampling and place matter for antigen only."""

    analysis: Analysis
    first_positive_on: date
    country: str = HOME
    sampling: Sampling = Sampling.NASOPHARYNX
    by_accepted_place: bool = True


@dataclass(frozen=True, slots=True)
class Period:
    """Days, the last one included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


# From this day on, a certificate was accepted in Switzerland until so many days after the result.
ACCEPTED_UNTIL = (
    (FIRST_DAY, timedelta(days=179)),
    (date(2021, 11, 16), timedelta(days=364)),
    (date(2022, 1, 31), timedelta(days=269)),
    (date(2022, 3, 25), timedelta(days=179)),
)
# Antigen tests: a certificate for Switzerland only, which is none of the EU's, and later the EU's.
ANTIGEN_SWISS = Period(date(2022, 1, 24), date(2022, 2, 16))
ANTIGEN_EU = Period(date(2022, 5, 2), LAST_DAY)


def printed_period(first_positive_on: date) -> Period:
    """Return from when until when the certificate says that it is valid.

    >>> str(printed_period(date(2021, 8, 1)).last)
    '2022-01-27'
    """
    return Period(first_positive_on + WAITING, first_positive_on + PRINTED)


def accepted_in_switzerland(first_positive_on: date, *, on: date) -> bool:
    """Tell whether Switzerland accepted, on a day, a recovery reckoned from this result."""
    lengths = [length for begins, length in ACCEPTED_UNTIL if begins <= on]
    if not lengths or on > LAST_DAY:
        return False
    return on in Period(first_positive_on + WAITING, first_positive_on + lengths[-1])


def obstacle(proof: Proof, *, on: date, law_of: date | None = None) -> Obstacle | None:
    """Return why a proof gives no EU certificate on a day, None if it gives one.

    The certificate may be asked for during the ten days of waiting; it says itself from when it
    is valid.

    Args:
        on: the day of the request.
        law_of: whose day's law counts, if not that of `on`: a demonstration after the end of the
            legal basis names the last day on which there was one.
    """
    law_of = law_of or on
    if law_of < FIRST_DAY:
        return Obstacle.NOT_YET_LAW
    if law_of > LAST_DAY:
        return Obstacle.LAW_ENDED
    if proof.first_positive_on > on:
        return Obstacle.RESULT_IN_FUTURE
    if proof.analysis is not Analysis.PCR and (found := _antigen_obstacle(proof, law_of)):
        return found
    if on > proof.first_positive_on + max(PRINTED, _longest(law_of)):
        return Obstacle.NO_LONGER_ACCEPTED
    return None


def law_today(today: date) -> date:
    """Return the day whose law a demonstration shows: today, or the last one that had any."""
    return min(today, LAST_DAY)


def _longest(law_of: date) -> timedelta:
    return [length for begins, length in ACCEPTED_UNTIL if begins <= law_of][-1]


def _antigen_obstacle(proof: Proof, law_of: date) -> Obstacle | None:
    if proof.country != HOME:
        return Obstacle.ABROAD_ONLY_PCR
    if proof.first_positive_on < ANTIGEN_SAMPLED_FROM:
        return Obstacle.ANTIGEN_TOO_EARLY
    if not proof.by_accepted_place:
        return Obstacle.ANTIGEN_PLACE
    if proof.sampling is not Sampling.NASOPHARYNX:
        return Obstacle.ANTIGEN_SAMPLE
    if law_of in ANTIGEN_EU:
        return None
    return (
        Obstacle.ANTIGEN_SWITZERLAND_ONLY
        if law_of in ANTIGEN_SWISS
        else Obstacle.ANTIGEN_NOT_ISSUED
    )
