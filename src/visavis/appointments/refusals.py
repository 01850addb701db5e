"""Why something about an appointment was not done. Nothing was changed."""

from django.core.exceptions import PermissionDenied

from visavis.appointments.rules import Verdict


class NotYours(PermissionDenied):
    """The actor may not do this with this appointment. It answers 403."""


class AppointmentRefused(Exception):
    """Nothing was changed."""


class SlotTaken(AppointmentRefused):
    """This time cannot be had: somebody was faster, it was never offered, or the hold is gone."""


class ChangeRefused(AppointmentRefused):
    """The rules do not allow this change now; the verdict says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict.refusal))
        self.verdict = verdict


class NotOpen(AppointmentRefused):
    """The appointment is over: done, given back, or no longer due."""


class NothingBooked(AppointmentRefused):
    """There is no booking that could be changed."""


class NotPossible(AppointmentRefused):
    """From its present state the booking cannot step there."""


class NoMatch(AppointmentRefused):
    """No open appointment is known by these two facts: unknown and wrong are the same."""


class AlreadyOpen(AppointmentRefused):
    """For this vehicle or person an appointment is open already."""


class OfferGone(AppointmentRefused):
    """The offer from the waiting list is over, taken, or was declined."""


class CannotBeReached(AppointmentRefused):
    """The waiting list needs a way to tell: mail, SMS or an account that can be told."""


class FeedUnknown(AppointmentRefused):
    """No calendar program is let in by this address, or no longer."""
