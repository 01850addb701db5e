"""Numbers that people read aloud, type and mistype."""

import secrets

from stdnum.iso7064 import mod_11_10

IGNORED = str.maketrans("", "", " .-–’'\u00a0\u202f")


def new_number(digits: int = 9) -> str:
    """Return a random number without a leading zero, its last digit a check digit.

    Args:
        digits: length with the check digit, 2 to 18.

    Source:
        ISO/IEC 7064:2003, hybrid system MOD 11,10: finds every wrong digit and nearly every swap.
    """
    body = str(secrets.randbelow(9) + 1) + "".join(
        secrets.choice("0123456789") for _ in range(digits - 2)
    )
    return body + str(mod_11_10.calc_check_digit(body))


def canonical(text: str) -> str:
    """Return what was typed without the blanks, dots, dashes and apostrophes people put between.

    >>> canonical(" 482.913-756 ")
    '482913756'
    """
    return text.translate(IGNORED).strip()


def is_number(text: str) -> bool:
    """Tell whether a canonical text is a number of ours, its check digit right.

    >>> is_number("794"), is_number("７９４"), is_number("")
    (False, False, False)
    """
    return (
        2 <= len(text) <= 18
        and text.isascii()
        and text.isdigit()
        and bool(mod_11_10.is_valid(text))
    )


def spoken(number: str) -> str:
    """Return a number in groups of three from the left, as it is read aloud and printed.

    >>> spoken("482913756")
    '482 913 756'
    """
    return " ".join(number[start : start + 3] for start in range(0, len(number), 3))
