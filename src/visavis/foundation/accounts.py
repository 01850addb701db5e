"""Numbers of bank accounts in Switzerland and Liechtenstein. Pure."""

import re

from stdnum import iban

SHAPE = re.compile(r"(?:CH|LI)[0-9]{7}[A-Z0-9]{12}", re.ASCII)
QR_INSTITUTIONS = range(30_000, 32_000)  # numbers of banks, kept apart for QR references


def is_account(text: str) -> bool:
    """Tell whether a text is an IBAN of 21 characters, in capitals and without blanks.

    >>> is_account("CH9300762011623852957"), is_account("CH93 0076 2011 6238 5295 7")
    (True, False)
    """
    return SHAPE.fullmatch(text) is not None and bool(iban.is_valid(text, check_country=False))


def is_qr_account(account: str) -> bool:
    """Tell whether an account takes payments with a QR reference, and no others.

    >>> is_qr_account("CH4431999123000889012"), is_qr_account("CH9300762011623852957")
    (True, False)
    """
    return int(account[4:9]) in QR_INSTITUTIONS


def spaced(account: str) -> str:
    """Return an account as people read it, in groups of four.

    >>> spaced("CH9300762011623852957")
    'CH93 0076 2011 6238 5295 7'
    """
    return " ".join(account[start : start + 4] for start in range(0, len(account), 4))
