"""A fake of the mail, SMS and print partners, for every world but live: two of each channel.

They deliver nothing: the notice itself is the outbox that people read in the browser. An address
makes them misbehave on request:

- `unreachable`: none takes it,
- `first-down`: the first does not, the second does,
- `first-silent`: nobody knows whether the first has taken it,
- `nobody`: the address does not exist.

A telephone number does the same by its last digits: 0001, 0002, 0003, 0004.
"""

from dataclasses import dataclass

from visavis.gateways.messages.errors import NotDelivered, Refused, Unclear
from visavis.gateways.messages.types import Message

WISHES = {
    "unreachable": ("unreachable", "0001"),
    "first-down": ("first-down", "0002"),
    "first-silent": ("first-silent", "0003"),
    "nobody": ("nobody", "0004"),
}


@dataclass(frozen=True, slots=True)
class Fake:
    """One pretended partner."""

    name: str

    def deliver(self, message: Message) -> None:
        """Pretend to deliver, as `client.Gateway` says."""
        asked = {wish for wish, (word, end) in WISHES.items() if _asks(message, word, end)}
        if "nobody" in asked:
            raise Refused(f"{self.name}: no such address, on request")
        if "unreachable" in asked or ("first-down" in asked and self == GATEWAYS[0]):
            raise NotDelivered(f"{self.name}: down on request")
        if "first-silent" in asked and self == GATEWAYS[0]:
            raise Unclear(f"{self.name}: silent on request")


GATEWAYS = (Fake("fake-first"), Fake("fake-second"))


def _asks(message: Message, word: str, end: str) -> bool:
    address = message.address
    return address.endswith(end) if message.channel == "sms" else word in address
