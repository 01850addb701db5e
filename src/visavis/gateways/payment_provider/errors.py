"""What can go wrong between us and the payment provider."""


class PaymentProviderError(Exception):
    """The provider gave no usable answer."""


class NotConfigured(PaymentProviderError):
    """This instance has no payment provider: only cash can be taken."""


class Unreachable(PaymentProviderError):
    """No answer, or a broken one. It may have acted all the same: ask again later."""


class Rejected(PaymentProviderError):
    """The provider understood and refused."""


class Declined(Rejected):
    """The provider will not give this money back: no refund stands under this key."""


class UnknownOrder(Rejected):
    """The provider never heard of this key."""


class DemonstrationOnly(Rejected):
    """A fake answered in the live world. Nothing it says may be believed."""


class UntrustworthyEvent(PaymentProviderError):
    """An event that nobody vouches for: not signed, signed wrongly, too old, or unreadable."""


class ListNotOffered(PaymentProviderError):
    """This provider has no list of transactions; each order can be asked about."""
