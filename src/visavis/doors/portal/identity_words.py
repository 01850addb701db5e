"""What people read about how well they are known, and why something was refused."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visavis.assistance.refusals import NoSuchCheck, NotInVisit
from visavis.foundation.throttles import TooMany
from visavis.people.refusals import LetterUnderway, NoPostalAddress, TooManyLetters, WrongCode

LEVELS: Mapping[int, Promise] = {
    0: _("Nobody knows yet who you are."),
    1: _("You told us who you are; nobody has checked it yet."),
    2: _("Your identity was checked once."),
    3: _("Your identity document was checked."),
    4: _("Your identity is proven by an electronic identity."),
}
ALLOWS: Mapping[int, Promise] = {
    1: _("Services that ask for an account only."),
    2: _("Services that ask for a checked identity, for example extracts from a register."),
    3: _("Services that ask for an identity checked in person."),
}
HOW: Mapping[str, Promise] = {
    "declared": _("as you declared"),
    "letter": _("by a code sent by letter"),
    "branch": _("by your document, shown in a branch"),
    "eid": _("by an electronic identity"),
    "provider": _("by an identity provider"),
}
REFUSALS: Mapping[type[Exception], Promise] = {
    NotInVisit: _("You can agree only at a device in a branch. Sign in there."),
    NoSuchCheck: _("This check is over. Ask for a new one."),
    NoPostalAddress: _("We have no postal address of you. Enter it first."),
    WrongCode: _(
        "This code does not match, or it is too old. After three wrong codes only a new letter helps."
    ),
}


def sentence(refusal: Exception) -> str:
    """Return what somebody reads of a refusal."""
    if isinstance(refusal, TooMany):
        until = localtime(refusal.retry_at)
        return gettext("Too many tries. Please wait until %(time)s.") % {
            "time": f"{day(until)}, {until:%H:%M}"
        }
    if isinstance(refusal, TooManyLetters):
        return gettext(
            "We have sent you as many letters as we may this year. The next one is possible from %(day)s. In a branch it goes at once."
        ) % {"day": day(refusal.again_at)}
    if isinstance(refusal, LetterUnderway):
        return gettext(
            "A letter is on its way. If it has not arrived, you can ask for another one from %(day)s."
        ) % {"day": day(refusal.again_at)}
    return str(REFUSALS[type(refusal)])


def day(moment: date | datetime) -> str:
    """Return a day in words, in the canton's time."""
    return date_format(localtime(moment) if isinstance(moment, datetime) else moment, "j F Y")
