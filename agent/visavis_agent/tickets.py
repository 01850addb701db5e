"""Asking the counter for the single-use ticket with which one visit can begin."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from visavis_agent.signing import Signer

PATH = "/device/tickets"
MOST_BYTES = 65_536


class Unreachable(Exception):
    """The counter did not answer, or not with what an answer looks like; try again."""


class Refused(Exception):
    """The counter answered that this device gets no ticket; `refusal` names why."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as the counter gave it: the address on which the visit begins, and its life."""

    start_path: str
    expires_in_s: int


class Counter:
    """The counter as the device sees it.

    It keeps one thing: by how much the device's clock differs from the counter's. The difference
    is used for signatures only; the device's clock is not touched.
    """

    def __init__(
        self,
        url: str,
        signer: Signer,
        *,
        timeout_s: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.url = url.rstrip("/")
        self._signer = signer
        self._timeout_s = timeout_s
        self._clock = clock
        self._offset_s = 0.0

    def ticket(self, *, home: str) -> Ticket:
        """Ask for a ticket; a wrong clock is corrected once and asked again.

        Args:
            home: the agent's own address, to which the browser returns after the visit.

        Raises:
            Unreachable: no answer, or a broken one.
            Refused: an answer that says no.
        """
        body = json.dumps({"home": home}).encode()
        try:
            return self._ask(body)
        except Refused as refusal:
            if refusal.refusal != "clock_skewed":
                raise
            return self._ask(body)

    def _ask(self, body: bytes) -> Ticket:
        status, answer = self._post(body)
        if status == 201:
            try:
                ticket = Ticket(str(answer["start"]), int(str(answer["expires_in_s"])))
            except (KeyError, ValueError):
                raise Unreachable("an answer without a ticket") from None
            if not ticket.start_path.startswith("/") or ticket.start_path.startswith("//"):
                raise Unreachable("a start that is no path")
            return ticket
        refusal = answer.get("refusal")
        if not isinstance(refusal, str):
            raise Unreachable(f"an answer without a reason ({status})")
        counter_time = answer.get("time")
        if refusal == "clock_skewed" and isinstance(counter_time, int):
            self._offset_s = counter_time - self._clock()
        raise Refused(refusal)

    def _post(self, body: bytes) -> tuple[int, dict[str, object]]:
        parts = urlsplit(self.url)
        path = parts.path + PATH
        headers = self._signer.headers(
            method="POST",
            path=path,
            body=body,
            timestamp=int(self._clock() + self._offset_s),
        )
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.hostname or "", parts.port, timeout=self._timeout_s)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            answer = json.loads(response.read(MOST_BYTES))
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            raise Unreachable(type(trouble).__name__) from trouble
        finally:
            connection.close()
        if not isinstance(answer, dict):
            raise Unreachable("an answer that is no object")
        return response.status, answer
