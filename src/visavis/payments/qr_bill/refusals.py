"""Why a QR-bill was not written."""


class QrBillRefused(Exception):
    """The bill breaks a rule of the standard; a bank might refuse it, or pay somebody else."""


class NoSuchAccount(QrBillRefused):
    """Not an IBAN of Switzerland or Liechtenstein in its 21 characters."""


class Missing(QrBillRefused):
    """A field that must be filled in is empty."""


class TooLong(QrBillRefused):
    """A field holds more characters than the standard allows."""


class ForbiddenCharacter(QrBillRefused):
    """A character that the standard does not know, or one that would end the line."""


class StrayBlank(QrBillRefused):
    """A field begins or ends with a blank."""


class NoSuchCountry(QrBillRefused):
    """Not two capital letters."""


class AmountOutOfBounds(QrBillRefused):
    """Nothing, less than nothing, or more than 999 999 999.99."""


class NoSuchCurrency(QrBillRefused):
    """Neither CHF nor EUR."""


class WrongKindOfReference(QrBillRefused):
    """A QR-IBAN takes a QR reference and nothing else; any other account never takes one."""


class MistypedReference(QrBillRefused):
    """The reference has another length, other characters, or a wrong check digit."""


class NotNumberable(QrBillRefused):
    """The bank's prefix and our number do not fit into one reference."""
