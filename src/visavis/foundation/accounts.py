"""Bank accounts in Switzerland and Liechtenstein, and the texts that banks take. Pure."""

import re
import unicodedata

from stdnum import iban

SHAPE = re.compile(r"(?:CH|LI)[0-9]{7}[A-Z0-9]{12}", re.ASCII)
# Basic Latin without controls, Latin-1 Supplement, Latin Extended-A, four Romanian letters, the euro.
PERMITTED = re.compile("[\u0020-\u007e\u00a0-\u017f\u0218-\u021b\u20ac]*")
PLAINER = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u202f": " "}
)
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


def is_permitted(text: str) -> bool:
    r"""Tell whether a bank takes every character of a text.

    Source:
        Swiss Payment Standards 2025: the extended Latin set of the QR-bill.

    >>> is_permitted("Zürich"), is_permitted("l’été"), is_permitted("one\n")
    (True, False, False)
    """
    return PERMITTED.fullmatch(text) is not None


def permitted(text: str) -> str:
    """Return a text on one line with typographic marks made plain and unknown characters left out.

    >>> permitted("Office de l’environnement – pêche 🐟")
    "Office de l'environnement - pêche"
    """
    plain = unicodedata.normalize("NFC", text).translate(PLAINER)
    return " ".join("".join(c if is_permitted(c) else " " for c in plain).split())
