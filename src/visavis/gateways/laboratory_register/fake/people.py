"""Whom the fake knows. Invented; days are counted back from today, so that they never grow old."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from visavis.gateways.laboratory_register.types import Result, Status, Wanted


class Fault(StrEnum):
    """How the fake answers from now on, until told otherwise."""

    GOOD = "good"
    SLOW = "slow"  # longer than our client waits
    DOWN = "down"  # 503
    GARBLED = "garbled"  # half an answer
    SEVERAL = "several"  # the same person twice
    NEAR = "near"  # a birth date with two digits changed round
    WRONG_PERSON = "wrong_person"  # somebody else's result
    PENDING = "pending"  # the laboratory has not finished


@dataclass(frozen=True, slots=True)
class Known:
    """One invented person and the day of their first positive result."""

    family_name: str
    given_name: str
    birth_date: str
    days_ago: int
    analysis: str = "pcr"
    status: Status = Status.POSITIVE

    def result(self, today: date) -> Result:
        day = today - timedelta(days=self.days_ago)
        return Result(
            self.family_name, self.given_name, self.birth_date, day, self.analysis, self.status
        )


# The people of the demonstration first, then some in whom a register and a form may differ.
PEOPLE = (
    Known("Exemple", "Élodie", "1984-04-12", 20),
    Known("MODELE", "MARCEL", "1956-09-03", 40),
    Known("Esempio", "Luca", "1992-11-28", 15, status=Status.PENDING),
    Known("Sample", "Sam", "2001-02", 30),
    Known("Muster-Müller", "Zoé", "1970-01-31", 25),
    Known("Muster", "Anna", "1988-06-06", 25),
    Known("Muster", "Anna", "1988-06-06", 25),
    Known("Modello", "Rosa", "1979-12-01", 35, analysis="antigen"),
    Known("Fiktiv", "Karl", "1965-05-05", 12, status=Status.NEGATIVE),
)
SOMEBODY_ELSE = Known("Quelconque", "Personne", "1933-03-03", 20)


def found(wanted: Wanted, *, today: date, fault: Fault = Fault.GOOD) -> list[Result]:
    """Return what the register proposes: whoever shares a name, or birth date and day."""
    if fault is Fault.WRONG_PERSON:
        return [SOMEBODY_ELSE.result(today)]
    near = [result for one in PEOPLE if _is_near(result := one.result(today), wanted)]
    match fault:
        case Fault.SEVERAL:
            return near * 2
        case Fault.NEAR:
            return [replace(one, birth_date=_turned(one.birth_date)) for one in near]
        case Fault.PENDING:
            return [replace(one, status=Status.PENDING) for one in near]
    return near


def _is_near(result: Result, wanted: Wanted) -> bool:
    same_name = result.family_name.casefold() == wanted.family_name.casefold()
    same_birth = result.birth_date == wanted.birth_date
    return same_name or (same_birth and result.first_positive_on == wanted.first_positive_on)


def _turned(birth_date: str) -> str:
    """Return a birth date with the last two digits of its year changed round."""
    return birth_date[:2] + birth_date[3] + birth_date[2] + birth_date[4:]
