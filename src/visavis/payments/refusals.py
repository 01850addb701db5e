"""Why nothing was changed. Doors keep the table from refusal to sentence."""

from django.core.exceptions import PermissionDenied


class PaymentRefused(Exception):
    """Nothing was changed."""


class NothingToPay(PaymentRefused):
    """The lines come to nothing or less."""


class AmountIsFrozen(PaymentRefused):
    """The subject was asked for another amount before."""


class NoSuchPayment(PaymentRefused):
    """No payment has this number."""


class AlreadySettled(PaymentRefused):
    """It is paid."""


class NoLongerAsked(PaymentRefused):
    """It was cancelled: there is nothing to pay."""


class UnderReview(PaymentRefused):
    """Money came that does not fit; a person looks at it before anybody pays again."""


class ProviderSilent(PaymentRefused):
    """The provider gives no answer now. Nothing is lost: we keep asking."""


class NoTill(PaymentRefused):
    """The clerk has not opened their till: it would not be known what lies in it."""


class NoSuchTill(PaymentRefused):
    """There is no such till at this site, or it is another clerk's."""


class NotCoins(PaymentRefused):
    """No coins and notes make this amount."""


class NoReason(PaymentRefused):
    """Something differs from what is expected, and nobody said why."""


class YourOwnTill(PaymentRefused):
    """The second person is somebody else."""


class TillClosed(PaymentRefused):
    """The till is not in the state in which this can be done."""


class NotByBill(PaymentRefused):
    """The pack names no account to which the office's bills are paid."""


class ForeignAccount(PaymentRefused):
    """The statement is of an account that is none of this actor's offices'. Nothing was kept."""


class NotAssignable(PaymentRefused):
    """This money cannot settle anything: it is used, taken back, or not told apart."""


class NotEnough(PaymentRefused):
    """It is less than what is due, and nobody said that the rest is waived."""


class MoreThanCame(PaymentRefused):
    """Less is left of what came than is to go back."""


class NotThisWay(PaymentRefused):
    """Money that came this way cannot go back that way."""


class NoSuchRefund(PaymentRefused):
    """No refund has this number or id, or it is not the asker's business."""


class NeedsSecondPerson(PaymentRefused):
    """Whoever asks for a refund does not approve it."""


class RefundMovedOn(PaymentRefused):
    """The refund is not in the state in which this can be done."""


class BeingRefunded(PaymentRefused):
    """This money is on its way back already; what becomes of it settles the matter by itself."""


class NotAnAccount(PaymentRefused):
    """This is no IBAN of an account to which money can be transferred."""


class NotEnoughInTill(PaymentRefused):
    """Less lies in the till than is to be given back."""


class NotCashier(PermissionDenied):
    """The actor holds no till at this site. Doors need not catch it: it answers 403."""


class NotTheirMoney(PermissionDenied):
    """The actor does not work for the office whose money it is."""
