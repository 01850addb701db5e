"""What is asked of the register, and what it answers."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Status(StrEnum):
    """How far a laboratory has got with a sample."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose result is looked for.

    Attributes:
        birth_date: as far as it is known: "1961", "1961-04" or "1961-04-12".
        analysis: "pcr" or "antigen".
    """

    family_name: str
    given_name: str
    birth_date: str
    first_positive_on: date
    analysis: str


@dataclass(frozen=True, slots=True)
class Result:
    """One result that a laboratory reported."""

    family_name: str
    given_name: str
    birth_date: str
    first_positive_on: date
    analysis: str
    status: Status


class Register(Protocol):
    """Anything that can be asked for results."""

    def results_for(self, wanted: Wanted) -> list[Result]:
        """Return what may be meant, nothing if nothing is near.

        Raises:
            Unreachable: no answer, or one that cannot be read; ask again later.
            Rejected, DemonstrationOnly: it will not answer, or may not be believed.
        """
