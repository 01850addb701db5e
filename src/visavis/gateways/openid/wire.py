"""Plain HTTP to an identity provider: a time limit, a size limit, no redirects."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from visavis.gateways.openid.errors import NotEncrypted, Unreachable

ANSWER_BYTES = 262_144
TIMEOUT_S = 4.0  # of each try; somebody waits


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    kind: str  # media type, lower case, without parameters
    body: bytes


def exchange(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    is_live: bool,
) -> Reply:
    """Send one request and return what came back.

    Raises:
        NotEncrypted: an address without TLS, in the live world.
        Unreachable: no answer, or no address.
    """
    try:
        parts = urlsplit(url)
    except ValueError as fault:
        raise Unreachable("not an address") from fault
    if parts.scheme not in ("https", "http") or (is_live and parts.scheme != "https"):
        raise NotEncrypted(parts.hostname)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            media = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
            return Reply(answer.status, media, answer.read(ANSWER_BYTES))
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException) as fault:
        raise Unreachable(f"{parts.hostname}{parts.path}: {type(fault).__name__}") from fault


def object_of(body: bytes | str) -> dict[str, Any]:
    """Read a JSON object in which no name stands twice.

    Raises:
        ValueError: it is none.
    """
    said = json.loads(body, object_pairs_hook=_once)
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("a name stands twice")
    return said
