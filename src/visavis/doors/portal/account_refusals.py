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
}


def say_wrong_password(form: forms.Form) -> None:
    """Say that the password until now was another one."""
    form.add_error("current_password", gettext("This is not your current password."))


def say(form: forms.Form, refusal: Exception, *, field: str | None = None) -> None:
    """Put the sentence for a refusal on a form."""
    if isinstance(refusal, TooMany):
        until = timezone.localtime(refusal.retry_at).strftime("%H:%M")
        form.add_error(
            None, gettext("Too many tries. Please wait until %(time)s.") % {"time": until}
        )
    elif isinstance(refusal, refusals.WeakPassword):
        for reason in refusal.reasons:
            form.add_error(field or "password", reason)
    else:
        form.add_error(field, str(REFUSALS[type(refusal)]))
