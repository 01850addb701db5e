"""The account of a citizen to whom money is transferred: checked, then sealed until it is done."""

import hashlib
import re
from uuid import UUID

from django.conf import settings
from stdnum import iban

from visavis.foundation import accounts, encryption

LONGEST = 34


def canonical(typed: str) -> str | None:
    """Return an IBAN in capitals without blanks, or None when it is none, or takes bills only.

    >>> canonical("ch93 0076 2011 6238 5295 7"), canonical("CH4431999123000889012")
    ('CH9300762011623852957', None)
    """
    bare = re.sub(r"[\s\u00a0\u202f]", "", typed).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", bare, re.ASCII):
        return None
    if not iban.is_valid(bare, check_country=False):
        return None
    if bare[:2] in ("CH", "LI") and (not accounts.is_account(bare) or accounts.is_qr_account(bare)):
        return None
    return bare


def sealed(account: str, *, refund_id: UUID) -> bytes:
    """Seal an account under the instance's key."""
    return encryption.encrypt(account.encode(), key=_key(), context=_context(refund_id))


def opened(sealed_account: bytes, *, refund_id: UUID) -> str:
    """Return what was sealed."""
    return encryption.decrypt(sealed_account, key=_key(), context=_context(refund_id)).decode()


def _context(refund_id: UUID) -> str:
    return f"refund:{refund_id}:account"


def _key() -> bytes:
    return hashlib.sha256(b"payments.account:" + settings.SECRET_KEY.encode()).digest()
