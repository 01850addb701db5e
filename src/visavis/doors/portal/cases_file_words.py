"""Words for files: why one was not taken, and what has become of it."""

from django.utils.translation import gettext_lazy as _

from visavis.cases import refusals
from visavis.cases.attachment_rules import Verdict
from visavis.doors.portal.cases_words import Words
from visavis.foundation.files import refusals as judged
from visavis.foundation.throttles import TooMany

LATER = (judged.TooBusy, TooMany)
"""The same file may be sent again in a moment."""

REFUSALS: dict[type[Exception], Words] = {
    judged.Empty: _("This file is empty. Choose another one."),
    judged.TooLarge: _("This file is too large. Choose a smaller one, or take a new picture."),
    judged.UnknownKind: _("We can take pictures (JPEG, PNG, WebP) and PDF files only."),
    judged.ForeignPicture: _(
        "We cannot open this kind of picture (HEIC). Take a new picture, or save it as JPEG."
    ),
    judged.Damaged: _("This file is damaged. Open it on your device and save it again."),
    judged.TooManyPixels: _("This picture is too large. Take a new one, with a lower resolution."),
    judged.TooMuchInside: _("This PDF holds too much. Print it to a new PDF and send that one."),
    judged.ActiveContent: _(
        "This PDF holds something that acts by itself. Print it to a new PDF and send that one."
    ),
    judged.Encrypted: _("This PDF is protected by a password. Save it without one."),
    judged.TooManyPages: _("This PDF has too many pages: at most 50. Send only those we need."),
    judged.TookTooLong: _("This file could not be checked. Save it anew, or choose another one."),
    judged.TooBusy: _("Many files are being sent just now. Please try again in a moment."),
    TooMany: _("You have sent a lot within one hour. Please try again later."),
    refusals.NotAsked: _("No file is asked for here any more. Load this page again."),
    refusals.NotOpen: _("This can no longer be changed. Here is where your request stands."),
    refusals.WrongKind: _("This kind of file is not wanted here. See what is, above."),
    refusals.FileTooLarge: _("This file is too large: at most %(limit)s MB."),
    refusals.TooManyFiles: _("No more files fit here. Remove one first to send another."),
    refusals.CaseFull: _("This request holds as many files as it can. Write to the office."),
}
STATES: dict[Verdict, tuple[Words, str]] = {
    Verdict.WAITING: (_("Being checked for viruses"), "waiting"),
    Verdict.CLEAN: (_("Received"), "good"),
    Verdict.INFECTED: (_("Harmful: remove it and send another file"), "bad"),
}
INFECTED_LATER = _("Harmful: the office cannot open it")
REPLACED = _("Replaced")


def said(refusal: Exception) -> str:
    """Return why a file was not taken, as a sentence."""
    return str(REFUSALS[type(refusal)]) % {"limit": getattr(refusal, "limit", "")}
