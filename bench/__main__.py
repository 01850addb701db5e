"""`make bench`: one JSON line a figure, each with the target it is held to.

Every rate is also given as a ratio to the rate of `/health` in the same run: that page does nothing
but ask the database for the time, so the ratio says what a page costs beyond the server itself.
"""

import asyncio
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import booking, weight
from bench.figures import say
from bench.instance import Instance, Visitor, running
from bench.load import Outcome, Request, as_fast_as_answered, at_a_pace

SECONDS = 8.0
PACE = 50.0
CONNECTIONS = 8
WEIGHT_LIMIT_BYTES = 60 * 1024


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="visavis-bench-") as folder:
        var = Path(folder)
        with running(var) as first:
            say("start, empty folder", seconds=first.started_in_s)
        with running(var) as instance:
            say("start, second time", seconds=instance.started_in_s, target="under 10 s")
            measure(instance)
    booking.run()


def measure(instance: Instance) -> None:
    """Weigh and load the pages that most people see."""
    weights = weight.first_page(instance)
    total = sum(weights.values())
    say("first page over the wire", bytes=total, target=f"at most {WEIGHT_LIMIT_BYTES}", **weights)
    floor = fast(instance, [Request("/health")])
    say("health, as fast as answered", per_second=floor.per_second, p95_ms=floor.percentile(95))
    paths = ["/fr/", "/de/themes/nature/", "/fr/services/fishing-permit/", "/it/services/"]
    pages = [Request(path) for path in known(instance, paths)]
    catalogue = fast(instance, pages)
    say(
        "catalogue, as fast as answered",
        per_second=catalogue.per_second, ratio_to_health=catalogue.per_second / floor.per_second,
        p95_ms=catalogue.percentile(95), failures=catalogue.failures, target="at least 300 a second",
    )  # fmt: skip
    paced(instance, "catalogue", lambda number: pages[number % len(pages)])
    visitor = logged_in(instance)
    dashboard = Request("/fr/requests/", cookies=visitor.cookies())
    paced(instance, "logged-in dashboard", lambda _: dashboard)
    step, save = form_step(visitor)
    paced(instance, "form step, shown", lambda _: step)
    paced(instance, "form step, saved", lambda _: save)


def known(instance: Instance, paths: list[str]) -> list[str]:
    """Return those of the paths that this canton has."""
    visitor = Visitor(instance)
    found = []
    for path in paths:
        try:
            visitor.get(path)
        except OSError:
            continue
        found.append(path)
    return found


def fast(instance: Instance, requests: list[Request]) -> Outcome:
    asyncio.run(as_fast_as_answered(instance.port, requests, connections=CONNECTIONS, seconds=1.0))
    return asyncio.run(
        as_fast_as_answered(instance.port, requests, connections=CONNECTIONS, seconds=SECONDS)
    )


def paced(instance: Instance, name: str, make: Callable[[int], Request]) -> None:
    """Ask at 50 a second, as 50 people would, and say how long they wait."""
    asyncio.run(at_a_pace(instance.port, make, per_second=PACE, seconds=1.0))
    outcome = asyncio.run(at_a_pace(instance.port, make, per_second=PACE, seconds=SECONDS))
    say(
        f"{name}, {PACE:.0f} a second",
        p50_ms=outcome.percentile(50), p95_ms=outcome.percentile(95), p99_ms=outcome.percentile(99),
        failures=outcome.failures, target="p95 under 50 ms",
    )  # fmt: skip


def logged_in(instance: Instance) -> Visitor:
    """Log in as the first citizen of the demonstration."""
    visitor = Visitor(instance)
    login = instance.logins()[0]
    visitor.get("/fr/account/login/")
    visitor.post("", login=login["login"], password=login["password"], next="")
    return visitor


def form_step(visitor: Visitor) -> tuple[Request, Request]:
    """Begin a request, and return its first step: showing it, and saving it."""
    visitor.get("/fr/services/fishing-permit/begin/")
    visitor.post("")
    path = re.sub(r"^https?://[^/]+", "", visitor.at)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', visitor.page))
    hidden.pop("csrfmiddlewaretoken", None)
    values = {"csrfmiddlewaretoken": visitor.token(), **hidden, "kind": "month"}
    body = "&".join(f"{name}={value}" for name, value in values.items()).encode()
    cookies = visitor.cookies()
    return Request(path, cookies=cookies), Request(path, cookies=cookies, body=body)


if __name__ == "__main__":
    main()
