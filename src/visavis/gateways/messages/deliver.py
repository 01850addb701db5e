"""Which gateway this instance's world allows: in live the real one, elsewhere the fake."""

import os

from django.conf import settings

from visavis.gateways.messages import client, fake


def deliver(*, channel: str, address: str, title: str, body: str, key: str) -> None:
    """Deliver one message as this world does.

    Raises:
        NotDelivered: try again.
        NoWay: live, and this channel has no gateway.
    """
    if settings.WORLD != "live":
        fake.deliver(channel=channel, address=address, title=title, body=body, key=key)
        return
    client.deliver(
        channel=channel,
        address=address,
        title=title,
        body=body,
        key=key,
        server=os.environ.get("VISAVIS_SMTP", ""),
        sender=os.environ.get("VISAVIS_MAIL_SENDER", ""),
    )
