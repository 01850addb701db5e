"""The two structured references, with their check digits. Pure."""

import re

from visavis.payments.qr_bill.refusals import NotNumberable

QRR_DIGITS = 27
CARRIES = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)  # modulo 10, recursive
QRR = re.compile(r"[0-9]{27}", re.ASCII)
SCOR = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}", re.ASCII)


def qr_check_digit(digits: str) -> str:
    """Return the digit that follows, modulo 10 recursive.

    >>> qr_check_digit("21000000000313947143000901")
    '7'
    """
    carry = 0
    for digit in digits:
        carry = CARRIES[(carry + int(digit)) % 10]
    return str((10 - carry) % 10)


def is_qr_reference(text: str) -> bool:
    """Tell whether a text is a QR reference: 27 digits, not all zero, the last one right.

    >>> is_qr_reference("210000000003139471430009017"), is_qr_reference("0" * 27)
    (True, False)
    """
    return (
        QRR.fullmatch(text) is not None and int(text) > 0 and qr_check_digit(text[:-1]) == text[-1]
    )


def is_creditor_reference(text: str) -> bool:
    """Tell whether a text is a creditor reference of ISO 11649, in capitals, without blanks.

    >>> is_creditor_reference("RF18539007547034"), is_creditor_reference("RF19539007547034")
    (True, False)
    """
    return SCOR.fullmatch(text) is not None and _modulo_97(text[4:] + text[:4]) == 1


def qr_reference(number: str, *, prefix: str = "") -> str:
    """Return the QR reference of a payment's number.

    Args:
        number: digits.
        prefix: digits by which a bank tells its customers apart; often empty.

    Raises:
        NotNumberable: more digits than there is room for, or something else than digits.

    >>> qr_reference("12345678")
    '000000000000000000123456786'
    """
    room = QRR_DIGITS - 1 - len(prefix)
    if not (number.isascii() and number.isdigit()) or len(number) > room:
        raise NotNumberable
    if prefix and not (prefix.isascii() and prefix.isdigit()):
        raise NotNumberable
    digits = prefix + number.rjust(room, "0")
    return digits + qr_check_digit(digits)


def creditor_reference(number: str) -> str:
    """Return the creditor reference of ISO 11649 of a payment's number.

    Raises:
        NotNumberable: empty, too long, or something else than letters and digits.

    >>> creditor_reference("539007547034")
    'RF18539007547034'
    """
    if not re.fullmatch(r"[A-Z0-9]{1,21}", number, re.ASCII):
        raise NotNumberable
    return f"RF{98 - _modulo_97(number + 'RF00'):02d}{number}"


def spaced(reference: str) -> str:
    """Return a reference as people read it.

    >>> spaced("210000000003139471430009017"), spaced("RF18539007547034")
    ('21 00000 00003 13947 14300 09017', 'RF18 5390 0754 7034')
    """
    if QRR.fullmatch(reference):
        groups = [reference[start : start + 5] for start in range(2, QRR_DIGITS, 5)]
        return " ".join([reference[:2], *groups])
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))


def _modulo_97(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text)) % 97
