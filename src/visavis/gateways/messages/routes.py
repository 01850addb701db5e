"""By which gateways a message may go, and in which order: in live the real ones, elsewhere fakes."""

import os
from collections.abc import Sequence

from django.conf import settings
from django.utils.module_loading import import_string

from visavis.gateways.messages import fake
from visavis.gateways.messages.client import Gateway, Smtp
from visavis.gateways.messages.errors import NotDelivered, NoWay, Refused, Unclear
from visavis.gateways.messages.types import Message

SETTING = {
    "mail": "VISAVIS_SMTP",
    "sms": "VISAVIS_SMS_GATEWAYS",
    "letter": "VISAVIS_LETTER_GATEWAYS",
}
PATIENT_TRIES = 3  # with a gateway of which nobody knows whether it has taken the message


def deliver(message: Message, *, tries: int = 0) -> str:
    """Hand one message to the first gateway that takes it, and return that gateway's name.

    Where it is unclear whether a gateway has taken it, no other is asked at once: somebody would
    get it twice. Only after some tries the next one is.

    Args:
        tries: how often it was tried in vain before.

    Raises:
        NoWay: this channel has no gateway.
        NotDelivered: none took it; try again.
        Refused: it will never be taken.
    """
    faults: list[NotDelivered] = []
    for gateway in _gateways(message.channel):
        try:
            gateway.deliver(message)
        except Refused:
            raise
        except Unclear as fault:
            if tries < PATIENT_TRIES:
                raise
            faults.append(fault)
        except NotDelivered as fault:
            faults.append(fault)
        else:
            return gateway.name
    if not faults:
        raise NoWay(f"no gateway for {message.channel}: set {SETTING[message.channel]}")
    raise NotDelivered("; ".join(map(str, faults)))


def _gateways(channel: str) -> Sequence[Gateway]:
    if settings.WORLD != "live":
        return fake.GATEWAYS
    named = [
        name.strip() for name in os.environ.get(SETTING[channel], "").split(",") if name.strip()
    ]
    if channel == "mail":
        return [Smtp(server, os.environ.get("VISAVIS_MAIL_SENDER", "")) for server in named]
    return [import_string(path)() for path in named]
