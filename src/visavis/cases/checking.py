"""Which registers can be asked about a case, and what their answers are worth.

A register proposes; whether a result is this person's is judged here, and strictly: letters as
machines read them, days to the day. What differs in one thing is for an officer's eyes, and nothing
that a register says, or does not say, ever refuses anybody.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from visavis.catalog.definition.registers import REGISTERS
from visavis.foundation import icao
from visavis.gateways.laboratory_register import client
from visavis.gateways.laboratory_register.errors import NotConfigured, RegisterError
from visavis.gateways.laboratory_register.types import Result, Status, Wanted

WHOLE_DAY = len("1961-04-12")
NEAR_ENOUGH = 2  # with more differences it is somebody else


class Outcome(StrEnum):
    """What came of asking a register. Only CONFIRMED decides."""

    CONFIRMED = "confirmed"
    NOT_FOUND = "not_found"
    SEVERAL = "several"  # more than one result fits
    NEAR = "near"  # one fits but for what `differs` names
    PENDING = "pending"  # it fits, and is not final
    UNREACHABLE = "unreachable"  # no usable answer, tried again and again
    NOT_SET_UP = "not_set_up"  # this instance has no such register


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of asking, and in what a near result differs; no value of a result is kept."""

    outcome: Outcome
    differs: tuple[str, ...] = ()

    def packed(self) -> bytes:
        """Return it as bytes, to be sealed."""
        return json.dumps(asdict(self)).encode()


class NoAnswer(Exception):
    """The register gave no usable answer; it is asked again later."""


def unpacked(packed: bytes) -> Finding:
    """Return the finding of `Finding.packed`."""
    said = json.loads(packed)
    return Finding(Outcome(said["outcome"]), tuple(said["differs"]))


def ask(register: str, facts: Mapping[str, str]) -> Finding:
    """Ask a register about these facts.

    Args:
        facts: by the names in `catalog.definition.registers`; "" for what is not known.

    Raises:
        NoAnswer: it is to be asked again.
    """
    if register not in CHECKS or register not in REGISTERS:
        return Finding(Outcome.NOT_SET_UP)
    return CHECKS[register](facts)


def _ask_laboratories(facts: Mapping[str, str]) -> Finding:
    wanted = Wanted(
        family_name=facts["family_name"],
        given_name=facts["given_name"],
        birth_date=facts["birth_date"],
        first_positive_on=date.fromisoformat(facts["first_positive_on"]),
        analysis=facts["analysis"],
    )
    try:
        results = client.configured().results_for(wanted)
    except NotConfigured:
        return Finding(Outcome.NOT_SET_UP)
    except RegisterError as fault:
        raise NoAnswer(type(fault).__name__) from None
    return judged(wanted, results)


def judged(wanted: Wanted, results: list[Result]) -> Finding:
    """Return what a register's proposals are worth for one person.

    A birth date of which only a part is known fits nobody: too many share it.

    >>> judged(Wanted("Muster", "Zoé", "1970-01-31", date(2026, 11, 1), "pcr"), []).outcome
    <Outcome.NOT_FOUND: 'not_found'>
    """
    compared = [(_differences(wanted, result), result) for result in results]
    fitting = [result for differs, result in compared if not differs]
    if len(fitting) > 1:
        return Finding(Outcome.SEVERAL)
    if fitting:
        status = fitting[0].status
        if status is Status.POSITIVE:
            return Finding(Outcome.CONFIRMED)
        return Finding(Outcome.PENDING if status is Status.PENDING else Outcome.NOT_FOUND)
    near = [
        differs
        for differs, result in compared
        if len(differs) <= NEAR_ENOUGH and result.status is not Status.NEGATIVE
    ]
    if not near:
        return Finding(Outcome.NOT_FOUND)
    return Finding(Outcome.NEAR, min(near, key=len))


def _differences(wanted: Wanted, result: Result) -> tuple[str, ...]:
    same = {
        "family_name": _is_same_name(wanted.family_name, result.family_name),
        "given_name": _is_same_name(wanted.given_name, result.given_name),
        "birth_date": wanted.birth_date == result.birth_date
        and len(wanted.birth_date) == WHOLE_DAY,
        "first_positive_on": wanted.first_positive_on == result.first_positive_on,
        "analysis": wanted.analysis == result.analysis,
    }
    return tuple(name for name, is_same in same.items() if not is_same)


def _is_same_name(one: str, other: str) -> bool:
    try:
        written = icao.transliterated(one)
        return bool(written) and written == icao.transliterated(other)
    except icao.NotTransliterable:
        return False


CHECKS: dict[str, Callable[[Mapping[str, str]], Finding]] = {
    "laboratory_register": _ask_laboratories
}
