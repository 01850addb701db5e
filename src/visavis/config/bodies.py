"""What a browser sends is awaited whole before a thread works on it: who sends slowly holds none.

The waiting costs the event loop a connection and, for more than a form, a temporary file. It has no
name on the disk, is gone with the request, and holds only what a key in memory opens: passports are
sent this way. How much lies there at once is limited, so that nobody fills the disk.
"""

import asyncio
import os
from tempfile import SpooledTemporaryFile
from typing import ClassVar, Protocol

from a2wsgi.asgi_typing import HTTPScope, Receive, ReceiveEvent, Send
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

MOST = 12_000_000  # the largest file that is taken, and the form around it
IN_MEMORY = 256_000
MOST_ON_DISK = 1_000_000_000  # of all requests of this process at once
PATIENCE_S = 300.0  # ten megabytes over a poor line
PIECE = 65_536

TOO_LARGE = """Ce fichier est trop volumineux. Revenez en arrière et choisissez un fichier plus petit.
Diese Datei ist zu gross. Gehen Sie zurück und wählen Sie eine kleinere.
Questo file è troppo grande. Torni indietro e ne scelga uno più piccolo.
This file is too large. Go back and choose a smaller one.
"""
NO_ROOM = """Beaucoup de fichiers arrivent en ce moment. Veuillez réessayer dans un instant.
Im Moment kommen viele Dateien an. Bitte versuchen Sie es gleich noch einmal.
In questo momento arrivano molti file. La preghiamo di riprovare tra poco.
Many files are arriving just now. Please try again in a moment.
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


class NoRoom(BodyRefused):
    """Too much of others is on its way; the same request may be sent again in a moment."""

    status = 503
    words = NO_ROOM


class SenderGone(BodyRefused):
    """The connection ended before the body did; nobody is there to be answered."""


class Source(Protocol):
    """An open file, for as long as the request lasts."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class Kept:
    """What has arrived so far; beyond a form it lies on the disk, sealed with a key of its own."""

    on_disk: ClassVar[int] = 0  # bytes of all that are open

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed with the request
        cipher = Cipher(AES256(os.urandom(32)), CTR(os.urandom(16)))
        self._sealing, self._opening = cipher.encryptor(), cipher.decryptor()
        self._size = self._counted = 0

    def write(self, piece: bytes) -> None:
        """Add a piece.

        Raises:
            BodyTooLarge, NoRoom: see there.
        """
        self._size += len(piece)
        if self._size > MOST:
            raise BodyTooLarge
        if self._size > IN_MEMORY:
            Kept.on_disk += self._size - self._counted
            self._counted = self._size
            if Kept.on_disk > MOST_ON_DISK:
                raise NoRoom
        self._file.write(self._sealing.update(piece))

    def rewind(self) -> None:
        self._file.seek(0)

    def read(self, size: int, /) -> bytes:
        return self._opening.update(self._file.read(size))

    def close(self) -> None:
        """Let go of it. Repeatable."""
        Kept.on_disk -= self._counted
        self._counted = 0
        self._file.close()


async def whole(scope: HTTPScope, receive: Receive) -> Source:
    """Await the body to its end and return it, to be read from its beginning.

    Raises:
        BodyTooLarge: at once if it says so itself, else as soon as it is.
        BodyTooSlow, NoRoom, SenderGone: see there.
    """
    if _declared(scope) > MOST:
        raise BodyTooLarge
    kept = Kept()
    try:
        async with asyncio.timeout(PATIENCE_S):
            await _collect(receive, kept)
    except TimeoutError as late:
        kept.close()
        raise BodyTooSlow from late
    except BaseException:
        kept.close()
        raise
    kept.rewind()
    return kept


async def _collect(receive: Receive, kept: Kept) -> None:
    more = True
    while more:
        event = await receive()
        if event["type"] != "http.request":
            raise SenderGone
        kept.write(event.get("body", b""))
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
