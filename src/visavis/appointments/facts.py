"""What somebody knows of their appointment: how it is read, and how a pair of facts is compared. Pure."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from enum import StrEnum

from visavis.foundation import codes

NUMBER = "appointment-number"  # of the right itself; every calendar knows this fact
DIGITS = 9  # of an appointment number, the check digit included
SHORTEST_CHASSIS, LONGEST_CHASSIS = 5, 20


class Shape(StrEnum):
    """How a fact is written."""

    APPOINTMENT_NUMBER = "appointment-number"
    PLATE = "plate"
    MASTER_NUMBER = "master-number"
    CHASSIS_NUMBER = "chassis-number"
    NAME = "name"


class Unreadable(ValueError):
    """What was typed cannot be this fact."""


_PLATE = re.compile(r"([A-Z]{2})0*([1-9][0-9]{0,5})")
_NO_SIGNS = re.compile(r"[\s.·•’'/_–-]+")
# A vehicle identification number has no I, O and Q, because they are taken for 1 and 0.
_LOOKALIKES = str.maketrans("IOQ", "100")


def canonical(shape: Shape, text: str) -> str:
    """Return a fact as it is compared, however it was typed.

    Raises:
        Unreadable: it is too short, too long, or holds what cannot stand there.

    Source:
        Plates: two letters of the canton and one to six digits. Master number (Stammnummer, field
        18 of the registration certificate): nine digits, in some files with three zeros in front.
        Vehicle identification number: ISO 3779; older chassis numbers are shorter.

    >>> canonical(Shape.PLATE, "ju 12'345")
    'JU12345'
    >>> canonical(Shape.MASTER_NUMBER, "000 683.737.537")
    '683737537'
    """
    bare = _NO_SIGNS.sub("", text).upper()
    if not bare.isascii() and shape is not Shape.NAME:
        raise Unreadable(shape)
    if shape is Shape.APPOINTMENT_NUMBER:
        return _checked(codes.is_number(bare) and len(bare) == DIGITS, bare)
    if shape is Shape.PLATE:
        found = _PLATE.fullmatch(bare)
        if found is None:
            raise Unreadable(shape)
        return found[1] + found[2]
    if shape is Shape.MASTER_NUMBER:
        digits = bare.removeprefix("000") if len(bare) == 12 else bare
        return _checked(digits.isdigit() and len(digits) == 9, digits)
    if shape is Shape.CHASSIS_NUMBER:
        is_long_enough = SHORTEST_CHASSIS <= len(bare) <= LONGEST_CHASSIS
        return _checked(bare.isalnum() and is_long_enough, bare.translate(_LOOKALIKES))
    name = " ".join(text.split())
    return _checked(1 < len(name) <= 80 and name.isprintable(), name)


def shown(shape: Shape | str, value: str) -> str:
    """Return a fact as people read it.

    >>> shown(Shape.PLATE, "JU12345"), shown(Shape.MASTER_NUMBER, "683737537")
    ('JU 12345', '683.737.537')
    """
    if shape == Shape.PLATE:
        return f"{value[:2]} {value[2:]}"
    if shape == Shape.MASTER_NUMBER:
        return f"{value[:3]}.{value[3:6]}.{value[6:]}"
    if shape == Shape.APPOINTMENT_NUMBER:
        return codes.spoken(value)
    return value


def digest(calendar: str, facts: Mapping[str, str], *, key: bytes) -> str:
    """Return what stands for some facts together; without the key nobody can try them out.

    Args:
        calendar: code, so that the same facts mean nothing to another office.
        facts: canonical values by code, in any order.
        key: secret of the instance.
    """
    text = "\0".join([calendar, *(f"{code}={facts[code]}" for code in sorted(facts))])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _checked(is_right: bool, value: str) -> str:
    if not is_right:
        raise Unreadable
    return value
