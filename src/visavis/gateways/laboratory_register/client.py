"""Our side of the register: one call with a time limit. Who asks tries again."""

import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from visavis.gateways.laboratory_register import wire
from visavis.gateways.laboratory_register.errors import (
    DemonstrationOnly,
    NotConfigured,
    Rejected,
    Unreachable,
)
from visavis.gateways.laboratory_register.types import Register, Result, Wanted

ANSWER_BYTES = 262_144


@dataclass(frozen=True, slots=True)
class HttpRegister:
    """A register behind HTTP. The standard library is enough: one call, no redirects.

    Args:
        url: the address of its API; a path in it stands before ours.
        timeout_s: for connecting and for each read.
        is_live: in the live world a demonstration register is not believed.
    """

    url: str
    token: str
    timeout_s: float = 5.0
    is_live: bool = True

    def results_for(self, wanted: Wanted) -> list[Result]:
        """Ask once, as `types.Register` says."""
        status, body = self._exchange(wire.question(wanted))
        if status in (429, *range(500, 600)):
            raise Unreachable(str(status))
        if status != 200:
            raise Rejected(str(status))
        results, demonstration = wire.results_of(body)
        if demonstration and self.is_live:
            raise DemonstrationOnly
        return results

    def _exchange(self, question: bytes) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        parts = urlsplit(self.url)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.hostname or "", parts.port, timeout=self.timeout_s)
        try:
            connection.request("POST", parts.path.rstrip("/") + wire.PATH, question, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(ANSWER_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(type(error).__name__) from None
        finally:
            connection.close()


def is_configured() -> bool:
    """Tell whether this instance has a register to ask."""
    return bool(settings.LABORATORY_REGISTER["url"] and settings.LABORATORY_REGISTER["token"])


def configured() -> Register:
    """Return the register of this instance.

    Raises:
        NotConfigured: none is set; officers compare.
    """
    if not is_configured():
        raise NotConfigured
    return HttpRegister(
        url=settings.LABORATORY_REGISTER["url"],
        token=settings.LABORATORY_REGISTER["token"],
        is_live=settings.WORLD == "live",
    )
