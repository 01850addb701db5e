"""A fake of the mail, SMS and print partners, for every world but live.

It delivers nothing: the notice itself is the outbox that people read in the browser. A message to
an address that contains `unreachable` fails, so that retries can be seen.
"""

from visavis.gateways.messages.errors import NotDelivered


def deliver(*, channel: str, address: str, title: str, body: str, key: str) -> None:
    """Pretend to deliver.

    Raises:
        NotDelivered: the address asks for it.
    """
    if "unreachable" in address:
        raise NotDelivered(f"{channel}: the demonstration address is unreachable on request")
