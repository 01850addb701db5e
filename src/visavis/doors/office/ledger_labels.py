"""What the accounts and sources of the ledger, and differences, are called."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.foundation.text import said_in
from visavis.payments.chart import Account, Source
from visavis.payments.rules import DifferenceKind
from visavis.places import queries as places

ACCOUNTS: dict[str, Promise] = {
    Account.PROVIDER: _("At the payment provider"),
    Account.CASH: _("In the tills"),
    Account.BANK: _("At the bank"),
    Account.FEES: _("Fees that were paid"),
    Account.ROUNDING: _("Rounding of cash"),
    Account.TILL_DIFFERENCE: _("Differences of tills"),
    Account.UNASSIGNED: _("Belongs to no payment yet"),
    Account.WAIVED: _("Waived"),
    Account.OWED: _("Paid above what was due: to be given back"),
    Account.GIVEN_BACK: _("Given back"),
    Account.KEPT: _("Looked at and kept"),
    Account.RETURNED: _("Taken back by the bank"),
    Account.REFUNDS: _("Fees that were refunded"),
    Account.PROVIDER_FEES: _("Charges of the payment provider"),
}
SOURCES: dict[str, Promise] = {
    Source.PAYMENT: _("Payment"),
    Source.BANK_BOOKING: _("Money at the bank without a payment"),
    Source.ASSIGNMENT: _("Assigned by a person"),
    Source.TAKEN_BACK: _("Taken back by the bank"),
    Source.TROUBLE: _("Money at the provider that does not fit"),
    Source.PUT_RIGHT: _("Put right by a person"),
    Source.TILL: _("Till counted"),
    Source.REFUND_PROVIDER: _("Refund by the payment provider"),
    Source.REFUND_CASH: _("Refund in cash"),
    Source.REFUND_BANK: _("Refund by bank transfer"),
    Source.PROVIDER_FEE: _("Charge of the payment provider"),
}
DIFFERENCES: dict[str, Promise] = {
    DifferenceKind.MISSING_THERE: _(
        "Paid for us, but not on the provider’s list: ask the provider."
    ),
    DifferenceKind.MISSING_HERE: _(
        "On the provider’s list, but not paid for us: find out for whom."
    ),
    DifferenceKind.BACK_MISSING_THERE: _(
        "Given back for us, but not on the provider’s list: ask the provider."
    ),
    DifferenceKind.BACK_MISSING_HERE: _(
        "The provider’s list says that money went back, and we do not: find out why."
    ),
    DifferenceKind.OTHER_AMOUNT: _("The provider’s list says another amount."),
    DifferenceKind.TILL_OPEN: _("A till was not counted at the end of its day."),
    DifferenceKind.LEDGER: _(
        "The ledger and what it is made from differ: tell the canton’s IT service."
    ),
}


def names_in(language: str) -> Callable[[str], str]:
    """Return what tells the name of an office or a site from its code, all read at once."""
    names = places.names()
    return lambda code: said_in(names.get(code), language) or code
