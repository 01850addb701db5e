"""Words for appointments: refusals, verdicts, states and changes as sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visavis.appointments import refusals
from visavis.appointments.rules import CancelReason, State, Why

SLOT_TAKEN = _(
    "This time has just been taken. Please choose another one; those nearest to it come first."
)
REFUSALS: dict[type[Exception], str | Promise] = {
    refusals.SlotTaken: SLOT_TAKEN,
    refusals.NotOpen: _("This appointment is over. Nothing can be changed any more."),
    refusals.NothingBooked: _("No time is booked any more. Choose a new one."),
    refusals.NoMatch: _(
        "We find no appointment with these two facts. Compare both with your paper, sign by sign."
    ),
    refusals.AlreadyOpen: _(
        "There is an appointment for this already. Open it with the facts on your paper."
    ),
    refusals.OfferGone: _("This offer is over. You stay on the waiting list."),
    refusals.CannotBeReached: _(
        "Tell us first how we can reach you: by e-mail, text message, or through your account."
    ),
}
HAS_CHANGED = _(
    "Something has changed since this page was shown. Look at the time and the price once more."
)
TOO_MANY = _("There were too many tries. Wait a quarter of an hour, or call us.")
ADDRESS_TOO_OFTEN = _(
    "This address was given for too many appointments today. Give another one, or none."
)
NOT_ALLOWED: dict[Why, str | Promise] = {
    Why.TOO_LATE: _("It is too late to change this appointment here. Please call the office."),
    Why.TOO_OFTEN: _(
        "You have moved this appointment as often as the rules allow. Please call the office."
    ),
    Why.TOO_FAR: _("The rules do not allow a time so late."),
    Why.OTHER_PLACE: _("This appointment cannot be moved to another place."),
    Why.BY_OFFICE: _("An appointment of this kind is moved by the office. Please call there."),
    Why.OVER: _("This appointment has begun or is over. It cannot be changed any more."),
}
STATES: dict[str, tuple[str | Promise, str]] = {
    State.BOOKED: (_("Booked"), "good"),
    State.ARRIVED: (_("You are here"), "info"),
    State.DONE: (pgettext_lazy("appointment", "Done"), "good"),
    State.FAILED: (_("Not passed"), "bad"),
    State.MISSED: (_("Missed"), "bad"),
    State.CANCELLED: (_("Given back"), "neutral"),
    State.MOVED: (_("Moved"), "neutral"),
}
WAITS_FOR_YOU = (_("Please confirm"), "waiting")
NOTHING_BOOKED = (_("No time chosen yet"), "waiting")
OVER = (_("Over"), "neutral")
CANCEL_REASONS: list[tuple[str, str | Promise]] = [
    (CancelReason.OTHER_TIME.value, _("I choose another time later")),
    (
        CancelReason.NO_LONGER_DUE.value,
        _("It is no longer needed: sold, scrapped, or plates handed in"),
    ),
]
HAPPENED: dict[str, str | Promise] = {
    State.BOOKED: _("Booked"),
    State.ARRIVED: _("You came"),
    State.DONE: pgettext_lazy("appointment", "Done"),
    State.FAILED: _("Not passed"),
    State.MISSED: _("You did not come"),
    State.CANCELLED: _("Given back"),
    State.MOVED: _("Moved"),
}
BY_OFFICE: dict[str, str | Promise] = {
    State.BOOKED: _("Set by the office"),
    State.CANCELLED: _("Cancelled by the office"),
}
