"""Makes the text of an EU recovery certificate: the content, the claims, the signed message.

Schema 1.3.0 as the Confederation wrote it. What is made is read again by our own `verifying`
before anybody gets it, so that an error of ours never leaves the house. Pure but for the signer.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import cbor2

from visavis.foundation import icao
from visavis.papers.dcc import barcode, claims, envelope, recovery, trust, verifying
from visavis.papers.dcc.claims import Json

VERSION = "1.3.0"
DISEASE = "840539006"  # COVID-19, SNOMED CT
ISSUER = "SPECIMEN (demonstration key, without legal effect)"
COUNTRY = "CH"
LIFE_YEARS = 2  # of a signature: 24 months
LONGEST_NAME = 80
FORBIDDEN = frozenset("!@#$%¶*\\()_:/+=|<>?{}[]~")
BIRTH_DATE = re.compile(r"(19|20)[0-9]{2}(-[0-9]{2}){0,2}")
TEST_COUNTRY = re.compile(r"[A-Z]{2}")


class NotMakeable(ValueError):
    """What was told makes no certificate; the message says which field and why, never its value."""


class MadeWrong(Exception):
    """What we made does not pass our own check: a fault of ours, or of the signer."""


class Signer(Protocol):
    """Whoever holds the key: a vault, or a file for demonstrations. Signs by ES256."""

    @property
    def certificate(self) -> bytes:
        """The signer's certificate (X.509, DER), with a key on P-256."""

    def sign(self, message: bytes) -> bytes:
        """Return 64 bytes: r and s side by side, over the SHA-256 of the message."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """Who had the disease, and since when it is known. The birth date may lack day or month."""

    family_name: str
    given_name: str
    born: str
    first_positive_on: date
    country: str = COUNTRY


def content(person: Recovered, *, identifier: str, today: date) -> dict[str, Json]:
    """Return the certificate's content as the EU's schema has it.

    Raises:
        NotMakeable: a name, a birth date, a country or the day of the result is impossible.
    """
    _check_days(person, today)
    if not TEST_COUNTRY.fullmatch(person.country):
        raise NotMakeable("country: not two capital letters")
    family, given = (
        _name(person.family_name, "family_name"),
        _name(person.given_name, "given_name"),
    )
    valid = recovery.printed_period(person.first_positive_on)
    entry: dict[str, Json] = {
        "tg": DISEASE,
        "fr": person.first_positive_on.isoformat(),
        "co": person.country,
        "is": ISSUER,
        "df": valid.first.isoformat(),
        "du": valid.last.isoformat(),
        "ci": identifier,
    }
    name: dict[str, Json] = {
        "fn": family,
        "fnt": _transliterated(family, "family_name"),
        "gn": given,
        "gnt": _transliterated(given, "given_name"),
    }
    return {"ver": VERSION, "nam": name, "dob": person.born, "r": [entry]}


def signed_text(certificate: dict[str, Json], *, signer: Signer, now: datetime) -> str:
    """Return the text of the QR code for a certificate's content.

    The signature lives for 24 months, and never longer than the signer's own certificate.

    Raises:
        MadeWrong: our own check refuses the result.
    """
    by = trust.signer_of(signer.certificate, country=COUNTRY)
    ends_at = min(_years_later(now, LIFE_YEARS), by.ends_at)
    payload = cbor2.dumps(
        {
            claims.ISSUER: COUNTRY,
            claims.EXPIRES: int(ends_at.timestamp()),
            claims.ISSUED: int(now.timestamp()),
            claims.HEALTH: {claims.EU_CERTIFICATE: certificate},
        }
    )
    protected = cbor2.dumps({envelope.ALGORITHM: int(by.algorithm), envelope.KEY_ID: by.key_id})
    signature = signer.sign(envelope.to_be_signed(protected, payload))
    message = cbor2.CBORTag(envelope.SIGN1_TAG, [protected, {}, payload, signature])
    text = barcode.text_of(cbor2.dumps(message))
    verdict = verifying.verify(text, signers=[by], now=now)
    if verdict.refusal:
        raise MadeWrong(verdict.refusal.sentence)
    return text


def _check_days(person: Recovered, today: date) -> None:
    born = person.born
    if not BIRTH_DATE.fullmatch(born):
        raise NotMakeable("born: neither year, month nor day from 1900 to 2099")
    try:
        date.fromisoformat(born + "-01-01"[len(born) - 4 :])
    except ValueError:
        raise NotMakeable("born: no such day") from None
    # A birth date without day or month is compared as far as it is known.
    if born > today.isoformat()[: len(born)]:
        raise NotMakeable("born: in the future")
    if person.first_positive_on > today:
        raise NotMakeable("first_positive_on: in the future")
    if person.first_positive_on.isoformat()[: len(born)] < born:
        raise NotMakeable("first_positive_on: before the birth")


def _name(text: str, field: str) -> str:
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise NotMakeable(f"{field}: empty")
    if len(name) > LONGEST_NAME:
        raise NotMakeable(f"{field}: longer than {LONGEST_NAME} characters")
    if FORBIDDEN & set(name) or any(
        unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in name
    ):
        raise NotMakeable(f"{field}: a character that no name has")
    return name


def _transliterated(name: str, field: str) -> str:
    try:
        written = icao.transliterated(name)
    except icao.NotTransliterable:
        raise NotMakeable(f"{field}: a letter that cannot be written in A to Z") from None
    if not written:
        raise NotMakeable(f"{field}: no letter")
    return written


def _years_later(moment: datetime, years: int) -> datetime:
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year + years, day=28)
