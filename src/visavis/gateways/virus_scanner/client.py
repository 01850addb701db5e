"""ClamAV's daemon over TCP or a unix socket, by its own plain protocol: PING, VERSION, INSTREAM.

One connection a question, each in the form that ends with a zero byte. No file is named to the
daemon and none lies on a disk for it: the content goes through the connection alone.

Source: clamd(8).
"""

import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from visavis.gateways.virus_scanner.errors import (
    Garbled,
    NotScanned,
    TooLargeToScan,
    Unreachable,
)
from visavis.gateways.virus_scanner.types import Signatures, Verdict

UNIX = "unix:"
PIECE = 1 << 16
LONGEST_ANSWER = 4_096
FOUND = re.compile(r"stream: (?P<name>[^\0\n]{1,200}) FOUND")
DATED = re.compile(r"[^/]+/\d+/(?P<day>.+)")
DAY = "%a %b %d %H:%M:%S %Y"  # in English and, in ClamAV's signatures, in UTC


@dataclass(frozen=True, slots=True)
class Clamd:
    """One daemon.

    Attributes:
        address: `host:port`, or `unix:` and the path of its socket.
        patience_s: for a whole question, the sending included.
    """

    address: str
    patience_s: float = 60.0

    def ping(self) -> None:
        """Return if the daemon answers.

        Raises:
            Unreachable, Garbled: as they say.
        """
        with self._asked(b"PING") as line:
            _expect(line.answer() == "PONG")

    def scan(self, content: bytes) -> Verdict:
        """Say whether a file is clean, as `types.Scanner` says."""
        with self._asked(b"INSTREAM") as line:
            # At its limit the daemon answers and closes, maybe while we still send.
            with suppress(ConnectionError):
                for start in range(0, len(content), PIECE):
                    piece = content[start : start + PIECE]
                    line.send(struct.pack(">I", len(piece)) + piece)
                line.send(struct.pack(">I", 0))
            return _verdict(line.answer())

    def signatures(self) -> Signatures:
        """Say what the daemon knows, as `types.Scanner` says."""
        with self._asked(b"VERSION") as line:
            version = line.answer()
        _expect(version.startswith("ClamAV"))
        dated = DATED.fullmatch(version)
        return Signatures(version, _moment(dated["day"]) if dated else None)

    @contextmanager
    def _asked(self, command: bytes) -> "Iterator[_Line]":
        try:
            with self._connected() as connection:
                line = _Line(connection, time.monotonic() + self.patience_s)
                line.send(b"z" + command + b"\0")
                yield line
        except OSError as fault:
            raise Unreachable(f"{self.address}: {type(fault).__name__}") from None

    def _connected(self) -> socket.socket:
        if self.address.startswith(UNIX):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.settimeout(self.patience_s)
                connection.connect(self.address.removeprefix(UNIX))
            except BaseException:
                connection.close()
                raise
            return connection
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), self.patience_s)


@dataclass(slots=True)
class _Line:
    """One connection, and the moment until which it may take."""

    connection: socket.socket
    until: float

    def send(self, content: bytes) -> None:
        self._hurry()
        self.connection.sendall(content)

    def answer(self) -> str:
        """Return what stands before the zero byte, or before the end."""
        got = b""
        while not got.endswith(b"\0"):
            self._hurry()
            piece = self.connection.recv(LONGEST_ANSWER)
            if not piece:
                break
            got += piece
            _expect(len(got) <= LONGEST_ANSWER)
        if not got:
            raise ConnectionResetError
        return got.rstrip(b"\0\n").decode("utf-8", "replace")

    def _hurry(self) -> None:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)


def is_address(said: str) -> bool:
    """Tell whether this names a daemon: `host:port`, or `unix:/path`."""
    if said.startswith(UNIX):
        return said.removeprefix(UNIX).startswith("/")
    host, _, port = said.rpartition(":")
    return bool(host) and port.isascii() and port.isdigit() and 0 < int(port) < 65_536


def _verdict(answer: str) -> Verdict:
    if answer == "stream: OK":
        return Verdict()
    if found := FOUND.fullmatch(answer):
        return Verdict(found["name"])
    if "size limit exceeded" in answer:
        raise TooLargeToScan("the scanner's StreamMaxLength is smaller than this file")
    if answer.endswith("ERROR"):
        raise NotScanned("the scanner says that it could not scan")
    raise Garbled("no verdict")


def _moment(said: str) -> datetime | None:
    try:
        return datetime.strptime(said, DAY).replace(tzinfo=UTC)
    except ValueError:
        return None


def _expect(it: bool) -> None:
    if not it:
        raise Garbled("not what a scanner answers")
