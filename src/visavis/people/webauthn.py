"""What passes between this counter and a browser's passkeys: options out, answers in, checked.

The library `fido2` reads the structures and checks challenge, address and signature; what must be
told apart to people is looked at before.

Source:
    Web Authentication, level 3, sections 7.1 and 7.2.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAttachment,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialHint,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from visavis.foundation.text import said_in
from visavis.people import passkey_rules as rules
from visavis.people.models import User
from visavis.people.refusals import NotVerified, PasskeyBroken, WrongOrigin
from visavis.places import queries as places

LONGEST_ID = 1023  # bytes
LONGEST_ANSWER = 16_000  # characters; without attestation an answer has about a thousand
BACKED_UP = AuthenticatorData.FLAG.BS
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey's public half."""

    credential_id: bytes
    public_key: bytes  # COSE_Key, CBOR
    sign_count: int
    is_backed_up: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What a passkey has answered; nothing of it is checked yet.

    Attributes:
        owner: the account's opaque name, as the passkey keeps it.
        is_from_another_device: by what the browser says, from a phone or a security key.
    """

    response: AuthenticationResponse
    credential_id: bytes
    owner: str | None
    is_from_another_device: bool


@dataclass(frozen=True, slots=True)
class Used:
    """What a checked answer says of the device."""

    sign_count: int
    is_backed_up: bool


def is_here(host: str) -> bool:
    """Tell whether browsers can have passkeys of this counter at this host, perhaps with a port.

    An instance under a number has none; one with a name has none where it is reached by another.
    """
    bound = rules.host_of(settings.BASE_URL)
    return bound is not None and rules.host_of(f"//{host}") == bound


def options_to_create(user: User) -> tuple[Mapping[str, object], bytes]:
    """Return what a browser needs to make a passkey for an account, and the challenge in it."""
    options, _ = _server().register_begin(
        PublicKeyCredentialUserEntity(
            id=user.name.encode(), name=user.number, display_name=user.full_name
        ),
        credentials=[
            PublicKeyCredentialDescriptor(
                type=PublicKeyCredentialType.PUBLIC_KEY, id=bytes(kept.credential_id)
            )
            for kept in user.passkeys.all()
        ],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options.public_key), options.public_key.challenge


def options_to_use(*, is_shared: bool) -> tuple[Mapping[str, object], bytes]:
    """Return what a browser needs to use any passkey of this counter, and the challenge in it.

    Args:
        is_shared: others use this device too: the browser shall ask for a phone or a security key.
    """
    options, _ = _server().authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED
    )
    wanted = _plain(options.public_key)
    if is_shared:
        hints = (PublicKeyCredentialHint.HYBRID, PublicKeyCredentialHint.SECURITY_KEY)
        wanted["hints"] = [str(hint.value) for hint in hints]
    return wanted, options.public_key.challenge


def made(answer: str, *, challenge: bytes) -> Made:
    """Return the passkey that a browser has made for this challenge.

    Raises:
        PasskeyBroken: the answer cannot be read, or answers something else.
        WrongOrigin: it was made at another address.
        NotVerified: the device did not check who holds it.
    """
    response = _read(answer, RegistrationResponse.from_dict)
    auth_data = response.response.attestation_object.auth_data
    _check(response.response.client_data, auth_data)
    _refusing(lambda: _server().register_complete(_state(challenge), response))
    kept = auth_data.credential_data
    if kept is None or kept.credential_id != response.raw_id:
        raise PasskeyBroken
    if len(kept.credential_id) > LONGEST_ID:
        raise PasskeyBroken  # section 7.1, step 26; and no index holds thousands of bytes
    return Made(
        credential_id=kept.credential_id,
        public_key=cbor.encode(dict(kept.public_key)),
        sign_count=auth_data.counter,
        is_backed_up=bool(auth_data.flags & BACKED_UP),
    )


def read_answer(answer: str) -> Given:
    """Return what a passkey has answered, read but not checked.

    Raises:
        PasskeyBroken: it cannot be read.
    """
    response = _read(answer, AuthenticationResponse.from_dict)
    handle = response.response.user_handle
    return Given(
        response=response,
        credential_id=response.raw_id,
        owner=handle.decode(errors="replace") if handle else None,
        is_from_another_device=response.authenticator_attachment
        == AuthenticatorAttachment.CROSS_PLATFORM,
    )


def check(given: Given, *, public_key: bytes, challenge: bytes) -> Used:
    """Return what an answer says, once it is shown to come from this key and for this challenge.

    Raises:
        PasskeyBroken: another key, another challenge, another counter.
        WrongOrigin: it was made at another address.
        NotVerified: the device did not check who holds it.
    """
    auth_data = given.response.response.authenticator_data
    _check(given.response.response.client_data, auth_data)
    kept = cbor.decode(public_key)
    assert isinstance(kept, Mapping)
    key = CoseKey.parse(kept)
    credential = AttestedCredentialData.create(Aaguid.NONE, given.credential_id, key)
    _refusing(
        lambda: _server().authenticate_complete(_state(challenge), [credential], given.response)
    )
    return Used(sign_count=auth_data.counter, is_backed_up=bool(auth_data.flags & BACKED_UP))


def _server() -> Fido2Server:
    canton = places.canton()
    return Fido2Server(
        PublicKeyCredentialRpEntity(
            id=rules.host_of(settings.BASE_URL),
            name=said_in(canton.counter_name, canton.default_language),
        ),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=_is_ours,
    )


def _is_ours(origin: str) -> bool:
    """Tell whether an origin is this counter's very own; a neighbour below the same domain is not."""
    return origin == rules.origin_of(settings.BASE_URL)


def _check(client_data: CollectedClientData, auth_data: AuthenticatorData) -> None:
    if not _is_ours(client_data.origin) or client_data.cross_origin:
        raise WrongOrigin
    if not auth_data.is_user_verified():
        raise NotVerified


def _state(challenge: bytes) -> Mapping[str, object]:
    """Return what the library wants to be reminded of."""
    return {
        "challenge": websafe_encode(challenge),
        "user_verification": UserVerificationRequirement.REQUIRED,
    }


def _read(answer: str, read: Callable[[Mapping[str, object]], Result]) -> Result:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyBroken
    given = _refusing(lambda: json.loads(answer))
    if not isinstance(given, dict):
        raise PasskeyBroken
    return _refusing(lambda: read(given))


def _refusing(work: Callable[[], Result]) -> Result:
    """Do what reads bytes of strangers; whatever the library stumbles over is a broken answer."""
    try:
        return work()
    except Exception as fault:
        raise PasskeyBroken from fault


def _plain(options: object) -> dict[str, object]:
    """Return options as JSON has them."""
    plain: dict[str, object] = json.loads(json.dumps(options, default=_as_dict))
    return plain


def _as_dict(value: object) -> dict[str, object]:
    assert isinstance(value, Mapping)
    return dict(value)
