"""The number of a health certificate (UVCI): makes Switzerland's, reads every country's.

A check character may follow after `#`: Luhn's algorithm over an alphabet of 38 characters
(ISO/IEC 7812-1, annex B, mod N), reckoned over everything before the `#`, the prefix included.

Source: eHealth Network, Guidelines on verifiable vaccination certificates, annex 2;
ehn-dcc-development/eu-dcc-schema, wiki, FAQ.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
PREFIX = "URN:UVCI:"
ISSUED_PREFIX = "urn:uvci:01:CH:"  # lower case, as the Confederation wrote it
RANDOM_BYTES = 12  # 24 upper-case hexadecimal digits, no check character
LONGEST = 80
FORM = re.compile(
    r"(?:urn:uvci:|URN:UVCI:)?(?P<version>[0-9]{2}):(?P<country>[A-Z]{2}):"
    r"(?P<opaque>[A-Z0-9]+(?:[/:][A-Z0-9]+)*)(?:\#(?P<check>[A-Z0-9/:]))?"
)


class NotUvci(ValueError):
    """The text is not a UVCI; the message says why."""


class CheckWrong(NotUvci):
    """The form is right, and the check character belongs to another UVCI."""


@dataclass(frozen=True, slots=True)
class Uvci:
    """The parts of a UVCI."""

    version: str
    country: str
    opaque: str
    check: str | None


def made(randomness: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Return a new UVCI as Switzerland issued them.

    >>> made(lambda size: bytes(range(size)))
    'urn:uvci:01:CH:000102030405060708090A0B'
    """
    return ISSUED_PREFIX + randomness(RANDOM_BYTES).hex().upper()


def read(text: str) -> Uvci:
    """Return the parts of a UVCI; the check character is compared where there is one.

    Raises:
        NotUvci: another form, or longer than 80 characters.
        CheckWrong: a typing error, most likely.

    >>> read("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B").country
    'AT'
    """
    match = FORM.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        raise NotUvci("not of the form URN:UVCI:01:COUNTRY:CHARACTERS")
    found = Uvci(match["version"], match["country"], match["opaque"], match["check"])
    if found.check is not None and found.check != check_character(text.rpartition("#")[0]):
        raise CheckWrong("the character after # belongs to another UVCI")
    return found


def check_character(text: str) -> str:
    """Return the check character for a UVCI without one.

    Args:
        text: with or without prefix, but always the same: the prefix counts.

    >>> check_character("URN:UVCI:01:SE:EHM/V12907267LAJW")
    'E'
    """
    total, weight = 0, 2
    for character in reversed(text.upper()):
        if character not in ALPHABET:
            raise NotUvci("a character outside the alphabet")
        high, low = divmod(weight * ALPHABET.index(character), len(ALPHABET))
        total += high + low
        weight = 3 - weight
    return ALPHABET[-total % len(ALPHABET)]
