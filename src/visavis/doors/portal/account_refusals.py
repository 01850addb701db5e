"""Which sentence people read when something about their account is refused."""

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visavis.doors.portal.account_forms import NOT_A_NAME
from visavis.foundation.throttles import TooMany
from visavis.people import refusals

REFUSALS: dict[type[Exception], Promise] = {
    refusals.NameMissing: NOT_A_NAME,
    refusals.NotBorn: _("This date of birth cannot be right. Check day, month and year."),
    refusals.NameProven: _(
        "Your name and date of birth come from your identity document. To change them, bring your document to a counter."
    ),
    refusals.AgreementOutdated: _(
        "The terms of use have changed since you opened this page. Read them again."
    ),
    refusals.RegistrationUsed: _(
        "This form has already been sent. If it was you, sign in with the password you chose then."
    ),
    refusals.WrongCredentials: _(
        "The password does not match. Check both entries, or ask for a code instead."
    ),
    refusals.WrongCode: _(
        "This is not the code we sent last, or it is too old. Check it, or have a new one sent."
    ),
    refusals.StillStaff: _("You are a member of staff. Ask an operator to end your roles first."),
    refusals.NothingToConfirm: _("There is no address to confirm."),
    refusals.ChallengeOver: _("This took too long, or was done already. Please try again."),
    refusals.PasskeyBroken: _("This passkey did not answer as it should. Please try again."),
    refusals.WrongOrigin: _("This passkey was used at another address than this counter’s."),
    refusals.NotVerified: _(
        "Your device did not check that it is you. Set up a PIN, your finger or your face on it, then try again."
    ),
    refusals.PasskeyUnknown: _(
        "We do not know this passkey. Sign in in another way; perhaps it was removed from your account."
    ),
    refusals.CounterWentBack: _(
        "This passkey may have been copied, so it opens nothing. Sign in in another way, remove it and add a new one."
    ),
    refusals.NotOwnDevice: _(
        "At this device only a passkey on your own phone or security key counts."
    ),
    refusals.SharedDevice: _(
        "Others use this device too: add a passkey on your own phone or computer."
    ),
    refusals.PasskeyKnown: _("This passkey has been added already."),
    refusals.TooManyPasskeys: _(
        "Your account has as many passkeys as it can have. Remove one first."
    ),
    refusals.LastWayIn: _("Tick the box if you want to keep only your password."),
}


def say_wrong_password(form: forms.Form) -> None:
    """Say that the password until now was another one."""
    form.add_error("current_password", gettext("This is not your current password."))


def sentence(refusal: Exception) -> str:
    """Return what people read about a refusal."""
    if isinstance(refusal, TooMany):
        until = timezone.localtime(refusal.retry_at).strftime("%H:%M")
        return gettext("Too many tries. Please wait until %(time)s.") % {"time": until}
    return str(REFUSALS[type(refusal)])


def say(form: forms.Form, refusal: Exception, *, field: str | None = None) -> None:
    """Put the sentence for a refusal on a form."""
    if isinstance(refusal, refusals.WeakPassword):
        for reason in refusal.reasons:
            form.add_error(field or "password", reason)
    else:
        is_general = isinstance(refusal, TooMany)
        form.add_error(None if is_general else field, sentence(refusal))
