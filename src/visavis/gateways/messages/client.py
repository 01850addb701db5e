"""Mail by SMTP. SMS and letters go by a partner's gateway, which an instance in live must bring."""

import smtplib
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from visavis.gateways.messages.errors import NotDelivered, Refused, Unclear
from visavis.gateways.messages.types import Message

TIMEOUT_S = 20


class Gateway(Protocol):
    """What takes a message on its way: a mail server, an SMS provider, a print partner."""

    @property
    def name(self) -> str:
        """Return what stands in the state of each message, such as `smtp:mail.example.ch`."""

    def deliver(self, message: Message) -> None:
        """Hand one message over.

        Raises:
            NotDelivered, Unclear, Refused: as they say; never with the address in the text.
        """


@dataclass(frozen=True, slots=True)
class Smtp:
    """One mail server; the message id is the same when a message is tried again."""

    server: str  # host:port
    sender: str

    @property
    def name(self) -> str:
        return f"smtp:{self.server.partition(':')[0]}"

    def deliver(self, message: Message) -> None:
        """Hand one mail over, as `Gateway` says."""
        mail = EmailMessage()
        mail["To"], mail["From"], mail["Subject"] = message.address, self.sender, message.title
        mail["Message-ID"] = f"<{message.key}@{self.sender.rpartition('@')[2]}>"
        mail.set_content(message.body)
        host, _, port = self.server.partition(":")
        try:
            connection = smtplib.SMTP(host, int(port or 25), timeout=TIMEOUT_S)
            with closing(connection):  # what a server says to goodbye changes nothing any more
                connection.send_message(mail)
        except smtplib.SMTPRecipientsRefused as fault:
            codes = [code for code, _text in fault.recipients.values()]
            is_final = all(500 <= code < 600 for code in codes)
            raise (Refused if is_final else NotDelivered)(f"{self.name}: {codes}") from None
        except smtplib.SMTPResponseException as fault:
            raise NotDelivered(f"{self.name}: {fault.smtp_code}") from None
        except (TimeoutError, smtplib.SMTPServerDisconnected) as fault:
            raise Unclear(f"{self.name}: {type(fault).__name__}") from None
        except (OSError, smtplib.SMTPException) as fault:
            raise NotDelivered(f"{self.name}: {type(fault).__name__}") from None
