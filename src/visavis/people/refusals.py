"""What is expected to go wrong with accounts; the doors hold the sentences."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied


class NotYours(PermissionDenied):
    """The actor may not change this account. Doors need not catch it: it answers 403."""


class PeopleRefused(Exception):
    """Nothing was changed."""


class NameMissing(PeopleRefused):
    """A name is empty, too long, or holds what no name holds."""


class NotBorn(PeopleRefused):
    """A birth date lies in the future, or before anybody alive was born."""


class NameProven(PeopleRefused):
    """Name and birth date come from a document that was seen; they are changed at a counter."""


class AgreementOutdated(PeopleRefused):
    """Another version of the terms of use is in force than the one that was shown."""


class RegistrationUsed(PeopleRefused):
    """This form has made an account already, with another password."""


class WeakPassword(PeopleRefused):
    """A password is too short or well known; `reasons` are sentences, translated."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)


class WrongCredentials(PeopleRefused):
    """No account, another password, another code, or a closed account: never said which."""


class WrongCode(PeopleRefused):
    """The code is not the one that was sent last, or is used, too old, or tried too often."""


class StillStaff(PeopleRefused):
    """The account has roles; an operator ends them before it can be closed."""


class NoPostalAddress(PeopleRefused):
    """A letter needs street, postal code and place."""


class LetterUnderway(PeopleRefused):
    """A letter was sent a short time ago; another one may be asked for at `again_at`."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(f"again at {again_at:%Y-%m-%d %H:%M}")
        self.again_at = again_at


class TooManyLetters(LetterUnderway):
    """As many letters as the canton pays for were sent; the next one may be at `again_at`."""


class NothingToConfirm(PeopleRefused):
    """No address of this account waits for a code."""


class PasskeyRefused(PeopleRefused):
    """A passkey opens nothing, or was not added."""


class ChallengeOver(PasskeyRefused):
    """The question put to the passkey was answered already, is too old, or was another browser's."""


class PasskeyBroken(PasskeyRefused):
    """The answer cannot be read, or its signature does not fit."""


class WrongOrigin(PasskeyRefused):
    """The answer was made for another address than this counter's."""


class NotVerified(PasskeyRefused):
    """The device did not check who holds it, by finger, face or PIN."""


class PasskeyUnknown(PasskeyRefused):
    """No open account has this passkey."""


class CounterWentBack(PasskeyRefused):
    """The passkey has counted less than before: there may be a copy of it."""


class NotOwnDevice(PasskeyRefused):
    """At a shared device only a passkey on somebody's own phone or security key counts."""


class SharedDevice(PasskeyRefused):
    """No passkey is made at a device that others use too."""


class PasskeyKnown(PasskeyRefused):
    """This passkey was added before."""


class TooManyPasskeys(PasskeyRefused):
    """The account has as many passkeys as it can have."""


class LastWayIn(PasskeyRefused):
    """Without this passkey only the password opens the account; its owner has not said that they know."""


class ProviderRefused(PeopleRefused):
    """A login at an identity provider was not taken."""


class NoSuchProvider(ProviderRefused):
    """The canton trusts no such provider, or this instance is not connected to it."""


class ProviderTooWeak(ProviderRefused):
    """The provider cannot vouch for the level that was asked for."""


class OnPublicScreen(ProviderRefused):
    """No login of a provider is typed on a public screen."""


class ErrandOver(ProviderRefused):
    """The answer is not one that this browser waits for: used, too old, or asked for elsewhere."""


class GivenUp(ProviderRefused):
    """The person pressed cancel at the provider, or it did not let them through."""


class ProviderSilent(ProviderRefused):
    """The provider cannot be reached, or says what cannot be read."""


class NotBelieved(ProviderRefused):
    """What the provider answered is not what was asked, or not its own; `why` is the fault's name."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class LevelUnknown(ProviderRefused):
    """The provider does not say how well it knows the person, or in a word of no meaning here."""


class LevelTooLow(ProviderRefused):
    """The provider knows the person less well than was asked for."""

    def __init__(self, *, wanted: int, got: int) -> None:
        super().__init__(f"{got} instead of {wanted}")
        self.wanted, self.got = wanted, got


class LoginUnknown(ProviderRefused):
    """The login belongs to no account yet: sign in first, then link it."""


class LoginTaken(ProviderRefused):
    """The login belongs to another account."""


class AnotherLogin(ProviderRefused):
    """The account has another login of this provider; it is unlinked first."""


class OtherAccount(ProviderRefused):
    """Meanwhile another account, or none, is signed in."""


class SaysTooLittle(ProviderRefused):
    """The provider does not say the person's names or birth date; `fields` names what lacks."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = tuple(fields)


class SaysOtherwise(SaysTooLittle):
    """The provider says another name or birth date than the account; `fields` names which."""
