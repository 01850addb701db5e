"""What a browser sends is awaited whole before a thread works on it: who sends slowly holds none.

The waiting costs the event loop a connection and a temporary file, which has no name on the disk
and is gone with the request.
"""

import asyncio
from tempfile import SpooledTemporaryFile
from typing import Protocol

from a2wsgi.asgi_typing import HTTPScope, Receive, ReceiveEvent, Send

MOST = 12_000_000  # the largest file that is taken, and the form around it
IN_MEMORY = 256_000
PATIENCE_S = 300.0  # ten megabytes over a poor line
PIECE = 65_536

TOO_LARGE = """Ce fichier est trop volumineux. Revenez en arrière et choisissez un fichier plus petit.
Diese Datei ist zu gross. Gehen Sie zurück und wählen Sie eine kleinere.
Questo file è troppo grande. Torni indietro e ne scelga uno più piccolo.
This file is too large. Go back and choose a smaller one.
"""
TOO_SLOW = """La connexion est trop lente. Veuillez réessayer.
Die Verbindung ist zu langsam. Bitte versuchen Sie es noch einmal.
La connessione è troppo lenta. La preghiamo di riprovare.
The connection is too slow. Please try again.
"""


class BodyRefused(Exception):
    """The request is answered without being worked on."""

    status = 400
    words = ""


class BodyTooLarge(BodyRefused):
    """It is, or says it is, larger than anything we take."""

    status = 413
    words = TOO_LARGE


class BodyTooSlow(BodyRefused):
    """It has not arrived in all this time."""

    status = 408
    words = TOO_SLOW


class SenderGone(BodyRefused):
    """The connection ended before the body did; nobody is there to be answered."""


class Source(Protocol):
    """An open file, for as long as the request lasts."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


async def whole(scope: HTTPScope, receive: Receive) -> Source:
    """Await the body to its end and return it, to be read from its beginning.

    Raises:
        BodyTooLarge: at once if it says so itself, else as soon as it is.
        BodyTooSlow, SenderGone: see there.
    """
    if _declared(scope) > MOST:
        raise BodyTooLarge
    kept = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed with the request
    try:
        async with asyncio.timeout(PATIENCE_S):
            await _collect(receive, kept)
    except TimeoutError as late:
        kept.close()
        raise BodyTooSlow from late
    except BaseException:
        kept.close()
        raise
    kept.seek(0)
    return kept


async def _collect(receive: Receive, kept: "SpooledTemporaryFile[bytes]") -> None:
    size, more = 0, True
    while more:
        event = await receive()
        if event["type"] != "http.request":
            raise SenderGone
        piece = event.get("body", b"")
        size += len(piece)
        if size > MOST:
            raise BodyTooLarge
        kept.write(piece)
        more = event.get("more_body", False)


def _declared(scope: HTTPScope) -> int:
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said) if said.isdigit() and len(said) < 20 else 0


def next_of(kept: Source) -> ReceiveEvent:
    """Return the next piece of a whole body, as a server would hand it over."""
    piece = kept.read(PIECE)
    return {"type": "http.request", "body": piece, "more_body": len(piece) == PIECE}


async def answer(refused: BodyRefused, send: Send) -> None:
    """Say why, in the four languages, and close: the rest of the body is not awaited."""
    words = refused.words.encode()
    await send({
        "type": "http.response.start",
        "status": refused.status,
        "headers": [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(words)).encode()),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
        ],
    })  # fmt: skip
    await send({"type": "http.response.body", "body": words, "more_body": False})
