"""What this room keeps about one person, for that person."""

from datetime import date, datetime

from visavis.people.models import Agreement, ContactCode, IdentityProof, LetterCode, Role, User
from visavis.people.passkey_models import Passkey
from visavis.people.provider_models import ProviderLogin


def file_of(user: User) -> dict[str, object]:
    """Return all that this room keeps about one person, ready for JSON; no secrets."""
    return {
        "account": _account(user),
        "agreements": [_agreement(kept) for kept in user.agreements.order_by("version")],
        "proofs_of_identity": [_proof(kept) for kept in user.proofs.order_by("proven_on", "pk")],
        "linked_logins": [
            _login(kept) for kept in user.provider_logins.order_by("linked_at", "pk")
        ],
        "roles": [_role(kept) for kept in user.roles.order_by("valid_from", "pk")],
        "confirmation_codes": [
            _code(kept) for kept in user.contact_codes.order_by("sent_at", "pk")
        ],
        "passkeys": [_passkey(kept) for kept in user.passkeys.order_by("created_at", "pk")],
        "letters": [_letter(kept) for kept in user.letter_codes.order_by("sent_at", "pk")],
    }


def _account(user: User) -> dict[str, object]:
    return {
        "number": user.number,
        "family_name": user.family_name,
        "given_name": user.given_name,
        "birth_date": str(user.birth) if user.birth else None,
        "email": user.email,
        "email_confirmed_at": _text(user.email_confirmed_at),
        "mobile": user.mobile,
        "mobile_confirmed_at": _text(user.mobile_confirmed_at),
        "street": user.street,
        "house_number": user.house_number,
        "postal_code": user.postal_code,
        "locality": user.locality,
        "country": user.country,
        "commune": user.commune,
        "language": user.language,
        "notify_by": user.notify_by,
        "registered_at": _text(user.registered_at),
        "registered_channel": user.channel,
        "last_login": _text(user.last_login),
    }


def _agreement(kept: Agreement) -> dict[str, object]:
    return {
        "version": _text(kept.version),
        "language": kept.language,
        "accepted_at": _text(kept.accepted_at),
        "channel": kept.channel,
    }


def _proof(kept: IdentityProof) -> dict[str, object]:
    return {
        "method": kept.method,
        "level": kept.level,
        "proven_on": _text(kept.proven_on),
        "expires_on": _text(kept.expires_on),
        "document": kept.document_kind,
        "place": kept.site,
        "provider": kept.provider,
        "ended_at": _text(kept.ended_at),
    }


def _login(kept: ProviderLogin) -> dict[str, object]:
    return {
        "provider": kept.provider,
        "subject": kept.subject,
        "linked_at": _text(kept.linked_at),
        "used_at": _text(kept.used_at),
    }


def _role(kept: Role) -> dict[str, object]:
    return {
        "role": str(kept),
        "valid_from": _text(kept.valid_from),
        "valid_until": _text(kept.valid_until),
    }


def _code(kept: ContactCode) -> dict[str, object]:
    return {
        "address": kept.address,
        "sent_at": _text(kept.sent_at),
        "used_at": _text(kept.used_at),
    }


def _passkey(kept: Passkey) -> dict[str, object]:
    return {
        "name": kept.name,
        "added_at": _text(kept.created_at),
        "last_used_at": _text(kept.last_used_at),
    }


def _letter(kept: LetterCode) -> dict[str, object]:
    return {
        "sent_at": _text(kept.sent_at),
        "valid_until": _text(kept.expires_at),
        "used_at": _text(kept.used_at),
    }


def _text(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment else None
