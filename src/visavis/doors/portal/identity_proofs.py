"""What the page of one's identity shows of proofs, linked logins, and ways to prove online."""

from urllib.parse import urlencode

from django.http import HttpRequest

from visavis.catalog.models import ServiceVersion
from visavis.doors import sign_in
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.portal import identity_online
from visavis.doors.portal import identity_words as words
from visavis.doors.portal.account_gate import user_of
from visavis.people import provider_queries
from visavis.people.models import IdentityProof


def shown(
    request: HttpRequest, version: ServiceVersion | None, *, level: int, wanted: int
) -> dict[str, object]:
    """Return what `_online.html` and `_proofs.html` need.

    Args:
        level: that somebody has.
        wanted: by the service they came from; 0 without one.
    """
    user, now, language = user_of(request), request_now(request), language_of(request)
    in_visit = actor_of(request).visit is not None
    useful = [
        provider
        for entry in provider_queries.entries()
        if (provider := provider_queries.shown(entry, language=language)).level
        >= max(level + 1, wanted)
        and (provider.own_phone or not in_visit)
    ]
    query = {sign_in.NEXT: sign_in.next_of(request, "portal:identity")}
    if version:
        query["service"] = version.code
    return {
        "online": useful,
        "online_query": urlencode(query),
        "is_in_visit": in_visit,
        "phone_qr": identity_online.phone_code(version.code if version else "") if in_visit else "",
        "here": request.get_full_path(),
        "proofs": [_proof(proof, language) for proof in provider_queries.proofs_of(user, now=now)],
        "logins": [
            {
                "code": code,
                "name": provider_queries.name_of(code, language=language),
                "since": words.day(login.linked_at),
            }
            for code, login in provider_queries.logins_of(user).items()
        ],
    }


def _proof(proof: IdentityProof, language: str) -> dict[str, object]:
    name = provider_queries.name_of(proof.provider, language=language) if proof.provider else ""
    return {
        "how": name or words.HOW[proof.method],
        "level": proof.level,
        "since": words.day(proof.proven_on),
        "until": words.day(proof.expires_on) if proof.expires_on else "",
    }
