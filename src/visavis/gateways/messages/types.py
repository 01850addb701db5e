"""One message on its way out."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """What is handed to a gateway.

    Attributes:
        channel: `mail`, `sms` or `letter`.
        address: mail address, telephone number (E.164), or lines of a postal address.
        title: empty for SMS.
        key: names the message; the same key again must not send it twice.
        enclosure: a PDF that goes into the same envelope; for letters only, empty for none.
    """

    channel: str
    address: str
    title: str
    body: str
    key: str
    enclosure: bytes = field(default=b"", repr=False)
