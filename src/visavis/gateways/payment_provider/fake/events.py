"""Sends the fake's events: signed, repeated until they arrive, or as badly as it was told to."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from visavis.gateways.payment_provider import signatures
from visavis.gateways.payment_provider.fake import faults
from visavis.gateways.payment_provider.fake.ledger import Ledger, Notice

TRIES = 8
TIMEOUT_S = 5.0
TICK_S = 0.1


@dataclass(slots=True)
class Postman:
    """Carries events to the merchant from a thread of its own.

    A kill loses no event: the ledger keeps those that did not arrive and they are sent again.
    """

    ledger: Ledger
    secret: str
    clock: Callable[[], float]
    _tries: dict[str, int] = field(default_factory=dict)
    _not_before: dict[str, float] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin to carry."""
        threading.Thread(target=self._carry, name="events", daemon=True).start()

    def stop(self) -> None:
        """Carry nothing more."""
        self._stopped.set()

    def round(self) -> None:
        """Decide the refunds that wait, and send what is due, once."""
        self.ledger.work()
        plan, at = self.ledger.plan, self.clock()
        for notice in faults.due(self.ledger.notices(), plan=plan, at=at):
            if plan.events is faults.Events.NEVER:
                self.ledger.deliver(notice)
            elif self._not_before.get(notice.id, 0.0) <= at:
                self._send(notice, at=at)

    def _carry(self) -> None:
        while not self._stopped.wait(TICK_S):
            self.round()

    def _send(self, notice: Notice, *, at: float) -> None:
        tries = self._tries[notice.id] = self._tries.get(notice.id, 0) + 1
        if self._arrives(notice) or tries >= TRIES:
            self.ledger.deliver(notice)
        else:
            self._not_before[notice.id] = at + 2.0**tries

    def _arrives(self, notice: Notice) -> bool:
        body = json.dumps(
            {"id": notice.id, "key": notice.key, "state": notice.state, "at": notice.made_at}
        ).encode()
        signature = signatures.sign(body, secret=self.secret, at=int(self.clock()))
        request = urllib.request.Request(  # noqa: S310 - only addresses that our own API was given
            self.ledger.notify_url(notice.key),
            data=body,
            headers={"Content-Type": "application/json", signatures.HEADER: signature},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                return bool(200 <= answer.status < 300)
        except (OSError, ValueError):
            return False
