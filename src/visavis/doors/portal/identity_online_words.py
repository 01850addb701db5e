"""What people read when a login at an identity provider was not taken, and what to do then."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visavis.foundation.throttles import TooMany
from visavis.people import refusals

FIELDS: Mapping[str, Promise] = {
    "family_name": _("the family name"),
    "given_name": _("the first names"),
    "birth": _("the date of birth"),
}
REFUSALS: Mapping[str, Promise] = {
    "NoSuchProvider": _("This login cannot be used here at the moment. Choose another way."),
    "ProviderTooWeak": _("This login does not vouch for enough. Choose another way."),
    "OnPublicScreen": _(
        "This login cannot be used on a public screen. Use it on your own phone instead."
    ),
    "ErrandOver": _("This took too long, or the answer was used already. Please begin again."),
    "GivenUp": _("You did not sign in there. Nothing was changed. You can try again."),
    "ProviderSilent": _(
        "The other service does not answer at the moment. Try again later, or choose another way."
    ),
    "NotBelieved": _(
        "We could not check the answer of the other service, so we do not take it. Please begin again. If it happens again, choose another way."
    ),
    "LevelUnknown": _(
        "The other service does not say how well it knows you. Have your identity verified there, or choose another way."
    ),
    "LoginTaken": _(
        "This login is linked to another account. Sign in to that account, or unlink it there first."
    ),
    "AnotherLogin": _(
        "Another login of the same service is linked to your account. Unlink it under “Your identity” first."
    ),
    "OtherAccount": _(
        "Meanwhile somebody else is signed in here, or nobody is. Please begin again."
    ),
    "LoginUnknown": _(
        "We do not know this login yet. Sign in another way once, or open an account; afterwards you can link it."
    ),
    "WrongCredentials": _("This account cannot be used. Please ask for help."),
}


def kept(refusal: Exception) -> dict[str, object]:
    """Return a refusal as the session keeps it until the next page says it."""
    return {
        "why": type(refusal).__name__,
        "fields": list(getattr(refusal, "fields", ())),
        "wanted": getattr(refusal, "wanted", 0),
        "got": getattr(refusal, "got", 0),
    }


def sentence(why: Mapping[str, object]) -> str:
    """Return what somebody reads of a refusal, and what they can do."""
    name = str(why.get("why"))
    fields = why.get("fields")
    listed = ", ".join(str(FIELDS[field]) for field in fields) if isinstance(fields, list) else ""
    if name == refusals.LevelTooLow.__name__:
        return gettext(
            "The other service knows you to level %(got)s only; level %(wanted)s is needed. Have your identity verified there, or choose another way."
        ) % {"got": why.get("got"), "wanted": why.get("wanted")}
    if name == refusals.SaysOtherwise.__name__:
        return gettext(
            "This is not the same there as in your account: %(fields)s. Correct your account if it is wrong; otherwise use your own login."
        ) % {"fields": listed}
    if name == refusals.SaysTooLittle.__name__:
        return gettext(
            "The other service does not tell us: %(fields)s. Allow it there, or choose another way."
        ) % {"fields": listed}
    if name == TooMany.__name__:
        return gettext("Too many tries. Please wait an hour.")
    return str(REFUSALS[name])
