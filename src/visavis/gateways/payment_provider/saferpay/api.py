"""One call of Saferpay's JSON API: header, repeats under one request id, errors by their names.

Source:
    https://saferpay.github.io/jsonapi/ (1.45): common request header, error handling.
"""

import base64
import http.client
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from visavis.gateways.payment_provider.errors import Rejected, Unreachable

SPEC_VERSION = "1.45"
ANSWER_BYTES = 262_144
MOST_DIGITS = 9  # of an amount in centimes
PAUSES_S = (0.5,)  # between tries; a citizen waits
AGAIN = frozenset({"RETRY", "RETRY_LATER"})

Said = Mapping[str, Any]


class Refused(Rejected):
    """Saferpay understood and refused; the name never changes, and logic may hang on it."""

    def __init__(self, name: str, behavior: str) -> None:
        super().__init__(f"{name} ({behavior})")
        self.name = name
        self.behavior = behavior


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are there.

    Args:
        url: the base address, such as https://test.saferpay.com/api.
        user, password: of the JSON API, not of the back office.
    """

    url: str
    customer: str
    terminal: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Api:
    """Calls that may be repeated: the same request id, and an indicator that counts."""

    account: Account
    timeout_s: float = 15.0
    pause: Callable[[float], object] = time.sleep

    def call(self, path: str, said: Said, *, request_id: str = "") -> Said:
        """Post a request and return the answer.

        Raises:
            Unreachable: no answer, or one that asks us to come again later.
            Refused: by name.
        """
        known_as = request_id or uuid4().hex
        for tries, pause_s in enumerate(PAUSES_S):
            try:
                return self._once(path, said, known_as, tries)
            except Unreachable:
                self.pause(pause_s)
        return self._once(path, said, known_as, len(PAUSES_S))

    def _once(self, path: str, said: Said, request_id: str, tries: int) -> Said:
        header = {
            "SpecVersion": SPEC_VERSION,
            "CustomerId": self.account.customer,
            "RequestId": request_id,
            "RetryIndicator": tries,
        }
        status, body = self._exchange(path, {"RequestHeader": header, **said})
        answer = _object(body)
        if status == 200:
            about = answer.get("ResponseHeader")
            if not isinstance(about, dict) or about.get("RequestId") != request_id:
                raise Unreachable(f"{path}: the answer of another request")
            return answer
        name, behavior = answer.get("ErrorName"), answer.get("Behavior")
        if status >= 500 or behavior in AGAIN or not isinstance(name, str):
            raise Unreachable(f"{path}: {status} {name}")
        raise Refused(name, str(behavior))

    def _exchange(self, path: str, request: Said) -> tuple[int, bytes]:
        where = urlsplit(self.account.url)
        kind = (
            http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(where.hostname or "", where.port, timeout=self.timeout_s)
        login = f"{self.account.user}:{self.account.password}".encode()
        headers = {
            "Authorization": f"Basic {base64.b64encode(login).decode()}",
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
        }
        try:
            body = json.dumps(request, ensure_ascii=False).encode()
            connection.request("POST", where.path.rstrip("/") + path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(ANSWER_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{path}: {type(error).__name__}") from error
        finally:
            connection.close()


def cents_of(value: object) -> int | None:
    """Return an amount as Saferpay writes it, or None when it is none that can be kept.

    >>> cents_of("12552"), cents_of("-5"), cents_of("9" * 40)
    (12552, None, None)
    """
    text = str(value)
    is_amount = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if is_amount else None


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreachable("an answer that is no JSON") from error
    if not isinstance(said, dict):
        raise Unreachable("an answer that is no object")
    return said
