"""Words for what the export holds: a person's file in rows that people can read."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.people.rules import PartialDate

TITLES: Mapping[str, str | Promise] = {
    "account": _("Your account"),
    "agreements": _("Terms of use you accepted"),
    "proofs_of_identity": _("How your identity was established"),
    "linked_logins": _("Logins linked to your account"),
    "roles": _("Your roles as a member of staff"),
    "confirmation_codes": _("Codes we sent you in the last 30 days"),
    "passkeys": _("Your passkeys"),
    "letters": _("Letters with a code that we sent you"),
    "identity_checks": _("Checks of your document in a branch"),
    "cases": _("Your requests"),
}
LABELS: Mapping[str, str | Promise] = {
    "number": _("Number"),
    "name": _("Name"),
    "added_at": _("Added on"),
    "last_used_at": _("Last used on"),
    "family_name": _("Family name"),
    "given_name": _("First names"),
    "birth_date": _("Date of birth"),
    "email": _("E-mail address"),
    "email_confirmed_at": _("E-mail address confirmed on"),
    "mobile": _("Mobile number"),
    "mobile_confirmed_at": _("Mobile number confirmed on"),
    "street": _("Street"),
    "house_number": _("House number"),
    "postal_code": _("Postal code"),
    "locality": _("Locality"),
    "country": _("Country"),
    "commune": _("Commune (official number)"),
    "language": _("Language"),
    "notify_by": _("We tell you"),
    "registered_at": _("Registered on"),
    "registered_channel": _("Registered where"),
    "last_login": _("Last signed in on"),
    "version": _("Version"),
    "accepted_at": _("Accepted on"),
    "channel": _("Channel"),
    "method": _("Method"),
    "level": _("Level"),
    "proven_on": _("Established on"),
    "expires_on": _("Valid until"),
    "document": _("Document"),
    "place": _("Place"),
    "provider": _("Identity provider"),
    "subject": _("Your name there"),
    "linked_at": _("Linked on"),
    "ended_at": _("Ended on"),
    "asked_at": _("Asked for on"),
    "role": _("Role"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
    "address": _("Sent to"),
    "sent_at": _("Sent on"),
    "used_at": _("Used on"),
    "service": _("Service"),
    "reference": _("Reference"),
    "state": _("State"),
    "begun_at": _("Begun on"),
    "submitted_at": _("Sent in on"),
    "decided_at": _("Decided on"),
    "kept_until": _("Kept until"),
    "answers": _("Your answers"),
    "files": _("Files that you sent"),
    "question": _("Question"),
    "bytes": _("Size in bytes"),
    "replaced_at": _("Replaced on"),
}

VALUES: Mapping[str, str | Promise] = {
    "web": _("at home"),
    "kiosk": _("at a kiosk"),
    "tablet": _("on a tablet in a branch"),
    "counter": _("at the counter"),
    "api": _("by the canton"),
    "mail": _("by e-mail"),
    "sms": _("by text message"),
    "letter": _("by letter"),
    "declared": _("as you declared"),
    "branch": _("document shown at a counter"),
    "eid": _("electronic identity"),
    "provider": _("identity provider"),
    "passport": _("passport"),
    "identity_card": _("identity card"),
    "residence_permit": _("residence permit"),
    "fr": "Français",
    "de": "Deutsch",
    "it": "Italiano",
    "en": "English",
}
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T.+")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is kept, in words; `nested` holds the rows below it."""

    label: str | Promise
    text: str
    nested: tuple["Row", ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of things that are kept; each group is one of them."""

    title: str | Promise
    groups: tuple[tuple[Row, ...], ...]


def day_in_words(birth: PartialDate | None) -> str:
    """Return a birth date as people read it, as far as it is known."""
    if birth is None:
        return ""
    if birth.month is None:
        return str(birth.year)
    return date_format(birth.earliest, "j F Y" if birth.is_complete else "F Y")


def sections_of(file: Mapping[str, object]) -> list[Section]:
    """Return a person's file as sections to print; what has no word yet keeps its name."""
    return [Section(TITLES.get(name, _words(name)), _groups(kept)) for name, kept in file.items()]


def _groups(kept: object) -> tuple[tuple[Row, ...], ...]:
    several = kept if isinstance(kept, Sequence) and not isinstance(kept, str) else [kept]
    return tuple(_rows(one) for one in several if one)


def _rows(kept: object) -> tuple[Row, ...]:
    if isinstance(kept, Mapping):
        return tuple(
            _row(LABELS.get(str(name), _words(str(name))), value)
            for name, value in kept.items()
            if value not in (None, "", [], {})
        )
    return (_row("", kept),)


def _row(label: str | Promise, value: object) -> Row:
    if isinstance(value, Mapping):
        return Row(label, "", _rows(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Row(label, "", tuple(row for one in value for row in _rows(one)))
    return Row(label, _shown(str(value)))


def _shown(text: str) -> str:
    """Return a kept value as people read it; what they typed themselves may only look like a day."""
    with suppress(ValueError, OverflowError):
        if MOMENT.fullmatch(text):
            return date_format(timezone.localtime(datetime.fromisoformat(text)), "j F Y H:i")
        if DAY.fullmatch(text):
            return date_format(date.fromisoformat(text), "j F Y")
    return str(VALUES.get(text, text))


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
