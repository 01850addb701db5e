"""How often accounts may be tried and made: by visit, device, browser, address; not by network."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from visavis.foundation import throttles
from visavis.foundation.actor import Actor
from visavis.people import rules

Limit = tuple[int, timedelta]
HOUR = timedelta(hours=1)

# One visit registers one person, perhaps a couple; ten impatient taps count too. A device of a
# branch serves many people an hour, so its limit only stops a machine.
REGISTRATIONS: Mapping[str, Limit] = {
    "visit": (30, HOUR),
    "device": (600, HOUR),
    "browser": (60, HOUR),
}
SIGN_INS: Mapping[str, Limit] = {"visit": (30, HOUR), "device": (600, HOUR), "browser": (60, HOUR)}
# A code costs money (a text message) and bothers whoever gets it.
CODES: Mapping[str, Limit] = {"visit": (12, HOUR), "device": (300, HOUR), "browser": (20, HOUR)}
# Each trip to a provider is a row, and costs the provider work.
ERRANDS: Mapping[str, Limit] = {"visit": (12, HOUR), "device": (300, HOUR), "browser": (40, HOUR)}
TRIES_HERE: Limit = (5, timedelta(minutes=15))  # one account from one visit or browser
TRIES_EVERYWHERE: Limit = (
    30,
    timedelta(minutes=15),
)  # one account, so that many browsers do not help
CODES_TO_ONE_ADDRESS: tuple[Limit, ...] = ((5, HOUR), (12, timedelta(days=1)))


def from_here(what: str, limits: Mapping[str, Limit], *, actor: Actor, now: datetime) -> None:
    """Count one try of this visit and its device, or of this browser or account.

    Raises:
        TooMany: the limit is reached.
    """
    if actor.visit is None:
        _spend(f"{what}:{actor.name}", limits["browser"], now=now)
        return
    _spend(f"{what}:visit:{actor.visit}", limits["visit"], now=now)
    _spend(f"{what}:device:{actor.device}", limits["device"], now=now)


def on_account(login: str, *, actor: Actor, now: datetime) -> None:
    """Count one try to open the account that somebody named, whether it exists or not.

    Raises:
        TooMany: the limit is reached, here or everywhere.
    """
    _spend(f"sign-in:{login}:from:{actor.visit or actor.name}", TRIES_HERE, now=now)
    _spend(f"sign-in:{login}", TRIES_EVERYWHERE, now=now)


def to_address(contact: rules.Contact, *, now: datetime) -> None:
    """Count one message with a code to an address.

    Raises:
        TooMany: the limit is reached.
    """
    for limit in CODES_TO_ONE_ADDRESS:
        _spend(f"code:{contact.address}", limit, now=now)


def _spend(key: str, limit: Limit, *, now: datetime) -> None:
    count, per = limit
    throttles.spend(key, limit=count, per=per, now=now)
