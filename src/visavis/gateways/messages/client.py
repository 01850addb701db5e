"""Mail by SMTP. SMS and letters need a partner's gateway, which an instance in live must bring."""

import smtplib
from email.message import EmailMessage

from visavis.gateways.messages.errors import NotDelivered, NoWay

TIMEOUT_S = 20


def deliver(
    *, channel: str, address: str, title: str, body: str, key: str, server: str, sender: str
) -> None:
    """Hand one mail to an SMTP server, under a message id that is the same when tried again.

    Args:
        server: `host:port`; empty if none is set up.
        key: names the message.

    Raises:
        NoWay: no server, or another channel than mail.
        NotDelivered: the server was not reached or refused.
    """
    if channel != "mail" or not server:
        raise NoWay(f"no gateway for {channel}: set VISAVIS_SMTP, or install the partner's gateway")
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = address, sender, title
    message["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    message.set_content(body)
    host, _, port = server.partition(":")
    try:
        with smtplib.SMTP(host, int(port or 25), timeout=TIMEOUT_S) as connection:
            connection.send_message(message)
    except (OSError, smtplib.SMTPException) as fault:
        raise NotDelivered(f"{type(fault).__name__} from the mail server") from fault
