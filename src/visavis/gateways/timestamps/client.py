"""Our side of the authority: one request over HTTP, with a time limit."""

import http.client
import os
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from visavis.gateways.timestamps import fake
from visavis.gateways.timestamps.errors import NoTimestamp

SETTING = "VISAVIS_TIMESTAMP_URL"
ANSWER_BYTES = 65_536
ASKED, ANSWERED = "application/timestamp-query", "application/timestamp-reply"


class Authority(Protocol):
    """Whoever says when; two of the same settings are equal."""

    def __hash__(self) -> int: ...

    def stamp(self, request: bytes) -> bytes:
        """Return the reply (TimeStampResp, DER) to a request (TimeStampReq, DER).

        Raises:
            NoTimestamp: no reply.
        """


@dataclass(frozen=True, slots=True)
class HttpAuthority:
    """An authority behind HTTP. Somebody waits at the counter meanwhile, so it is asked once.

    Args:
        timeout_s: for connecting and for each read.
    """

    url: str
    timeout_s: float = 4.0

    def stamp(self, request: bytes) -> bytes:
        connection = self._connection()
        try:
            parts = urlsplit(self.url)
            path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
            connection.request("POST", path, body=request, headers={"Content-Type": ASKED})
            answer = connection.getresponse()
            body = answer.read(ANSWER_BYTES)
        except (OSError, http.client.HTTPException) as fault:
            raise NoTimestamp(f"no answer: {type(fault).__name__}") from fault
        finally:
            connection.close()
        if answer.status != 200 or answer.headers.get_content_type() != ANSWERED:
            raise NoTimestamp(f"answered {answer.status}, {answer.headers.get_content_type()}")
        return body

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        return kind(parts.hostname or "", parts.port, timeout=self.timeout_s)


def authority() -> Authority | None:
    """Return whom this instance asks: in live the one that is set, if any, elsewhere the fake."""
    if settings.WORLD != "live":
        return fake.FakeAuthority()
    url = os.environ.get(SETTING, "")
    return HttpAuthority(url) if url else None
