"""Decisions about passkeys: to which address they are bound, what their counter tells. Pure."""

from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

LONGEST_NAME = 40
MOST = 10  # of one account
CHALLENGE_LIVES = timedelta(minutes=5)  # to find one's phone and let it look at the code
USUAL_PORTS = {"http": 80, "https": 443}


class Purpose(StrEnum):
    """What a challenge asks of a passkey."""

    CREATE = "create"
    USE = "use"


def host_of(base_url: str) -> str | None:
    """Return the host to which passkeys are bound, or None where there can be none.

    Source:
        Web Authentication, level 3, section 5.1.2: an RP ID is a domain, never a number.

    >>> host_of("http://localhost:8000"), host_of("http://192.168.0.7:8000")
    ('localhost', None)
    """
    host = urlsplit(base_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host or None
    return None


def origin_of(base_url: str) -> str:
    """Return an address as browsers name its origin.

    >>> origin_of("https://Guichet.example.ch:443/"), origin_of("http://localhost:8000")
    ('https://guichet.example.ch', 'http://localhost:8000')
    """
    parts = urlsplit(base_url)
    is_usual = parts.port in (None, USUAL_PORTS.get(parts.scheme))
    return f"{parts.scheme}://{parts.hostname}" + ("" if is_usual else f":{parts.port}")


def went_back(*, kept: int, shown: int) -> bool:
    """Tell whether a passkey's counter says that a copy of it is in use.

    Args:
        kept: the count at the last use; 0 where the device never counted.
        shown: the count now.

    Source:
        Web Authentication, level 3, section 7.2, step 22.

    >>> went_back(kept=0, shown=0), went_back(kept=4, shown=5), went_back(kept=4, shown=4)
    (False, False, True)
    """
    return bool(kept or shown) and shown <= kept


def clean_name(text: str) -> str:
    """Return what somebody calls a passkey, with single blanks, cut where it is too long; perhaps empty.

    >>> clean_name("  my   phone ")
    'my phone'
    """
    return " ".join(text.split())[:LONGEST_NAME].strip() if text.isprintable() else ""
