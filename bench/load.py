"""Sending requests at a pace, or as fast as they are answered, and keeping every latency."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, ready to be sent to 127.0.0.1."""

    path: str
    cookies: str = ""
    body: bytes = b""

    def raw(self, port: int) -> bytes:
        method = "POST" if self.body else "GET"
        lines = [
            f"{method} {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Accept-Encoding: gzip",
            "Accept-Language: fr",
        ]
        if self.cookies:
            lines.append(f"Cookie: {self.cookies}")
        if self.body:
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(self.body)}",
            ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave: latencies in milliseconds, how long it took in seconds, wrong answers."""

    latencies_ms: list[float]
    took_s: float
    failures: int

    @property
    def per_second(self) -> float:
        return len(self.latencies_ms) / self.took_s

    def percentile(self, which: int) -> float:
        return quantiles(self.latencies_ms, n=100)[which - 1]


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: Request) -> tuple[int, int]:
        """Return status and bytes of the body."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        writer.write(request.raw(self.port))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(head.split(" ", 2)[1])
        headers = {
            name.lower(): value
            for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])
        }
        length = await self._body(reader, headers)
        if headers.get("connection", "") == "close":
            self.close()
        return status, length

    async def _body(self, reader: asyncio.StreamReader, headers: dict[str, str]) -> int:
        if "content-length" in headers:
            return len(await reader.readexactly(int(headers["content-length"])))
        total = 0
        while headers.get("transfer-encoding") == "chunked":
            size = int(await reader.readline(), 16)
            await reader.readexactly(size + 2)
            if not size:
                break
            total += size
        return total

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None


async def as_fast_as_answered(
    port: int, requests: Sequence[Request], *, connections: int, seconds: float
) -> Outcome:
    """Send the next request as soon as the last is answered, on several connections."""
    latencies: list[float] = []
    failures = 0
    turn = count()
    ends = time.perf_counter() + seconds

    async def one() -> None:
        nonlocal failures
        connection = Connection(port)
        while time.perf_counter() < ends:
            began = time.perf_counter()
            status, _ = await connection.send(requests[next(turn) % len(requests)])
            latencies.append((time.perf_counter() - began) * 1000)
            failures += status >= 400
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return Outcome(latencies, time.perf_counter() - began, failures)


async def at_a_pace(
    port: int, make: Callable[[int], Request], *, per_second: float, seconds: float
) -> Outcome:
    """Send requests at fixed moments whether or not earlier ones are answered, as people do.

    A latency counts from the moment at which the request was due.
    """
    latencies: list[float] = []
    failures = 0
    idle: list[Connection] = []

    async def one(number: int, due: float) -> None:
        nonlocal failures
        connection = idle.pop() if idle else Connection(port)
        status, _ = await connection.send(make(number))
        latencies.append((time.perf_counter() - due) * 1000)
        failures += status >= 400
        idle.append(connection)

    began = time.perf_counter()
    tasks = []
    for number in range(int(per_second * seconds)):
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(number, due)))
    await asyncio.gather(*tasks)
    for connection in idle:
        connection.close()
    return Outcome(latencies, time.perf_counter() - began, failures)
