"""Words of the office for states, events and refusals."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visavis.cases import refusals
from visavis.cases.checking import Outcome
from visavis.cases.rules import State
from visavis.notices.rules import Channel
from visavis.notices.rules import State as Notice

REASONS_SHOWN = 3
STATES: dict[State, Promise] = {
    State.CHECKING: _("A register is being asked"),
    State.SUBMITTED: _("Waiting"),
    State.IN_REVIEW: _("In work"),
    State.CORRECTION: _("Correction asked"),
    State.PAYMENT: _("Accepted, to be paid"),
    State.GRANTED: _("Granted"),
    State.REFUSED: _("Refused"),
    State.WITHDRAWN: _("Withdrawn"),
    State.LAPSED: _("Lapsed, not paid"),
}
KINDS = {
    State.CHECKING: "waiting",
    State.SUBMITTED: "waiting",
    State.IN_REVIEW: "info",
    State.CORRECTION: "waiting",
    State.PAYMENT: "waiting",
    State.GRANTED: "good",
    State.REFUSED: "bad",
}
EVENTS: dict[str, Promise] = {
    "begun": _("Begun"),
    "submitted": _("Submitted"),
    "handed_over": _("The register did not settle it: given to the office"),
    "taken": _("Taken by an officer"),
    "correction": _("Correction asked"),
    "corrected": _("Corrected by the citizen"),
    "accepted": _("Accepted"),
    "paid": _("Paid"),
    "granted": _("Granted"),
    "refused": _("Refused"),
    "withdrawn": _("Withdrawn by the citizen"),
    "lapsed": _("Lapsed: it was not paid in time"),
    "checking_now": _("A register is being asked"),
    "with_office": _("Waiting for the office"),
    "in_review": _("An officer is looking at it"),
    "correct_now": _("Waiting for the citizen’s correction"),
    "pay_now": _("Waiting for payment"),
    "office": _("The office looks at it"),
    "result": _("Decision"),
    "paper": _("Permit issued"),
}
CHANNELS: dict[str, Promise] = {
    Channel.MAIL: _("Mail"),
    Channel.SMS: _("SMS"),
    Channel.LETTER: _("Letter"),
}
NOTICE_STATES: dict[str, Promise] = {
    Notice.WAITING: pgettext_lazy("message", "waiting"),
    Notice.SENT: pgettext_lazy("message", "sent"),
    Notice.FAILED: pgettext_lazy("message", "could not be delivered"),
    Notice.WITHDRAWN: pgettext_lazy("message", "withdrawn"),
}
FINDINGS: dict[Outcome, Promise] = {
    Outcome.CONFIRMED: _(
        "The register knows exactly this: one result, and everything is the same."
    ),
    Outcome.NOT_FOUND: _("The register knows no positive result that fits."),
    Outcome.SEVERAL: _("The register knows more than one result that fits."),
    Outcome.NEAR: _("The register knows a result that is near, but not the same. It differs in:"),
    Outcome.PENDING: _("The register knows a result that fits, but it is not final yet."),
    Outcome.UNREACHABLE: _("The register gave no answer."),
    Outcome.NOT_SET_UP: _("No register is set up on this instance."),
}
REFUSALS: dict[type[Exception], Promise] = {
    refusals.NotOpen: _(
        "This is no longer possible: the case has moved on. Look at its state below."
    ),
    refusals.TakenByAnother: _("A colleague is already working on this case."),
    refusals.NotYours: _(
        "You cannot decide this case: take it first. Nobody decides on their own request."
    ),
    refusals.NotGrantedHere: _(
        "This cannot be granted: its legal basis has ended, and it is issued only in a demonstration. Refuse the request, and say why."
    ),
    refusals.NothingToAsk: _("This service compares with no register."),
    refusals.NothingMarked: _("Mark at least one answer, and say what to do."),
    refusals.NoReason: _("A refusal needs its reason."),
    refusals.NoWords: _("Write your message."),
    refusals.TooLong: _("This message is too long: at most 2000 characters."),
}


def status_kind(state: str) -> str:
    return KINDS.get(State(state), "neutral")


def sentence_for(refusal: Exception) -> Promise:
    """Return what the officer reads when an operation refuses."""
    return REFUSALS[type(refusal)]
