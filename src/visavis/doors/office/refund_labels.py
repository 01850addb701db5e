"""Words of the office for refunds."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visavis.payments import refusals
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import LATE_AFTER, Reason, State, Way

WAYS: dict[str, Promise] = {
    Way.PROVIDER: _("To the card or account that paid"),
    Way.TILL: _("In cash, at a counter"),
    Way.TRANSFER: _("By bank transfer, to the account that the citizen names"),
}
REASONS: dict[str, Promise] = {
    Reason.TOO_MUCH: _("More was asked than is due"),
    Reason.NOT_PROVIDED: _("What was paid for is not given"),
    Reason.GOODWILL: _("Goodwill of the office"),
    Reason.SURPLUS: _("It came twice, too late, or did not fit"),
}
STATES: dict[str, Promise] = {
    State.ASKED: pgettext_lazy("refund", "To be approved"),
    State.APPROVED: pgettext_lazy("refund", "Approved"),
    State.SENT: pgettext_lazy("refund", "On its way"),
    State.SETTLED: pgettext_lazy("refund", "Given back"),
    State.RETURNED: pgettext_lazy("refund", "Did not go through"),
    State.REFUSED: pgettext_lazy("refund", "Not approved"),
}
KINDS: dict[str, str] = {
    State.ASKED: "waiting",
    State.APPROVED: "info",
    State.SENT: "info",
    State.SETTLED: "good",
    State.RETURNED: "bad",
    State.REFUSED: "neutral",
}
REFUSALS: dict[type[Exception], Promise] = {
    refusals.MoreThanCame: _("So much is not left of what was paid."),
    refusals.NotThisWay: _("The money cannot go back this way."),
    refusals.NothingToPay: _("Enter an amount in francs, such as 20.00."),
    refusals.NeedsSecondPerson: _("You asked for it yourself: a second person must approve it."),
    refusals.RefundMovedOn: _("This is no longer possible: look at where the refund stands."),
}


def note(refund: Refund, *, now: datetime) -> Promise | str:
    """Return what a refund waits for, or nothing."""
    if refund.waits_for_account:
        return _("The citizen has not named the account yet.")
    if refund.is_to_transfer:
        return _("The account is known: order the transfer.")
    if refund.waits_at_till:
        return _("The citizen fetches it at a counter, with the number on their request.")
    if refund.state == State.SENT and refund.sent_at and now - refund.sent_at > LATE_AFTER:
        return _("No answer for ten days: ask there.")
    return ""
