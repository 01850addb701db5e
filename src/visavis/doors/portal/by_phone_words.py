"""What people read when a photograph does not arrive."""

from django.utils.translation import gettext_lazy as _

from visavis.cases import refusals as cases
from visavis.cases.queries import NoSuchCase
from visavis.foundation.files import refusals as files
from visavis.foundation.throttles import TooMany
from visavis.visits.handing_off import HandoffOver, WrongNumber

SCREEN = {
    WrongNumber: _("This is not the number on your phone. Begin again with a new code."),
    HandoffOver: _("This took too long. Begin again with a new code."),
}
OTHER_PICTURE = _("This file cannot be read. Please take another picture.")
PHONE: dict[type[Exception], object] = {
    files.Empty: _("Please choose a picture first."),
    files.TooLarge: _("This file is too large. Please choose a smaller one."),
    files.UnknownKind: _("Only pictures (JPEG, PNG) and PDFs can be sent."),
    files.ForeignPicture: _(
        "Your phone saves pictures in a format that others cannot read (HEIC). Please take the picture here, or send it as JPEG."
    ),
    files.Damaged: OTHER_PICTURE,
    files.TooManyPixels: _("This picture is too large. Please take it with fewer pixels."),
    files.TooMuchInside: OTHER_PICTURE,
    files.ActiveContent: _(
        "This PDF contains programs or other files. Please send a picture instead."
    ),
    files.Encrypted: _("This PDF is protected by a password. Please send it without."),
    files.TooManyPages: _("This PDF has too many pages."),
    files.TookTooLong: OTHER_PICTURE,
    files.TooBusy: _("Many files are arriving just now. Please send it again in a moment."),
    cases.WrongKind: _("This kind of file is not asked for here."),
    cases.FileTooLarge: _("This file is too large. Please choose a smaller one."),
    cases.TooManyFiles: _("All pictures that are asked for have arrived."),
    cases.CaseFull: _("This request cannot hold any more files."),
    TooMany: _("Too much was sent in a short time. Please try again later."),
}
OVER = (HandoffOver, NoSuchCase, cases.NotOpen, cases.NotAsked)  # nothing can be sent any more
