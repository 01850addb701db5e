"""Second factors and recovery codes: django-allauth's, their secrets encrypted.

What allauth stores is a base32 secret (TOTP, RFC 6238) and a seed (recovery codes); both are
encrypted here under a key derived from the instance's own, so that a copy of the database opens
no account.
"""

import base64
import hashlib
import time
from collections.abc import Sequence

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.db import transaction

from visavis.foundation import encryption
from visavis.people.models import User

CONTEXT = "people:second-factor"


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """How allauth keeps and names second factors here."""

    def encrypt(self, text: str) -> str:
        sealed = encryption.encrypt(text.encode(), key=_key(), context=CONTEXT)
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        return encryption.decrypt(sealed, key=_key(), context=CONTEXT).decode()

    def get_totp_label(self, user: User) -> str:
        return user.number

    def get_totp_issuer(self) -> str:
        return f"Visavis {settings.CANTON} {settings.WORLD}".removesuffix(" live")


def has_totp(user: User) -> bool:
    """Tell whether a person has set up codes of an authenticator app."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def new_secret() -> str:
    """Return a secret for an authenticator app, base32."""
    return str(generate_totp_secret())


def set_up_totp(user: User, secret: str) -> None:
    """Make a secret the person's second factor, instead of any earlier one."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(user, secret)


@transaction.atomic
def takes(user: User, code: str) -> bool:
    """Tell whether a person's app shows this code now, or did half a minute ago; each is taken once.

    allauth remembers used codes in a cache of one process and for one period only; here the
    database remembers the step in time of the last one, and nothing up to it is taken again.

    Source:
        RFC 6238, section 5.2.
    """
    totp = Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.TOTP)
    found = totp.first()
    if found is None:
        return False
    step = _step_of(MfaAdapter().decrypt(found.data["secret"]), code)
    if step is None or step <= found.data.get("last_step", 0):
        return False
    found.data["last_step"] = step
    found.save(update_fields=["data"])
    found.record_usage()
    return True


def _step_of(secret: str, code: str) -> int | None:
    for step in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return int(step)
    return None


def is_code_of(secret: str, code: str) -> bool:
    """Tell whether an app with this secret shows this code now."""
    return _step_of(secret, code) is not None


def address_for_app(user: User, secret: str) -> str:
    """Return what the app reads from a QR code: an address of the kind otpauth."""
    return str(MfaAdapter().build_totp_url(user, secret))


def current_code(user: User) -> str | None:
    """Return the six digits that the person's app shows now, or None without one."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if found is None:
        return None
    secret = MfaAdapter().decrypt(found.data["secret"])
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD)))


def new_recovery_codes(user: User) -> Sequence[str]:
    """Return fresh recovery codes; all earlier ones are void."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    return list(RecoveryCodes.activate(user).generate_codes())


def forget(user: User) -> None:
    """Take away every second factor and recovery code of a person."""
    Authenticator.objects.filter(user=user).delete()


def recovery_codes(user: User) -> Sequence[str]:
    """Return the recovery codes that are still good."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return list(RecoveryCodes(found).get_unused_codes()) if found else []


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes are still good."""
    return len(recovery_codes(user))


@transaction.atomic
def use_recovery_code(user: User, code: str) -> bool:
    """Tell whether this is an unused recovery code of the person, and void it.

    The lock lets the same code, typed twice at once, count once.
    """
    sheets = Authenticator.objects.select_for_update().filter(user=user)
    found = sheets.filter(type=Authenticator.Type.RECOVERY_CODES).first()
    if found is None or not RecoveryCodes(found).validate_code(code):
        return False
    found.record_usage()
    return True


def _key() -> bytes:
    return hashlib.sha256(f"{CONTEXT}:{settings.SECRET_KEY}".encode()).digest()
