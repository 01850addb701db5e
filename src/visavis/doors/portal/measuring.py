"""Writes events of the portal, in a way that no page can break or be slowed by it."""

import re
import secrets
from uuid import UUID, uuid4

from django.http import HttpRequest

from visavis.doors.entrance import request_now
from visavis.measures import operations as measures
from visavis.visits import operations as visits
from visavis.visits.models import Visit
from visavis.visits.rules import Reason

# One source for each process start: processes never wait for each other's counter.
WEB = f"web-{secrets.token_hex(4)}"
MEASURED_AS = "measured_as"
_NO_CODE = re.compile(r"[^a-z0-9_-]")


def note(request: HttpRequest, event: str, *, key: str | None = None, **values: str | int) -> None:
    """Write one event of `visavis.measures.rules.Event`, with its closed values.

    In a visit the event belongs to the visit's session, at home to the browser's session, if there
    is one already; looking at the catalogue makes none.

    Args:
        key: the same key again is the same event, such as `f"step:{case.pk}:{number}"`.
    """
    visit = visit_of(request)
    measures.note(
        event,
        source=visit.device.code if visit else WEB,
        session=visit.measured_as if visit else _session_at_home(request),
        now=request_now(request),
        key=key,
        **values,
    )


def at(request: HttpRequest, *, service: str, step: str, n: int) -> None:
    """Say where the citizen is: to the visit (two codes), and as an event the first time."""
    visit = visit_of(request)
    if visit:
        visits.tell(
            visit=visit, service=as_code(service), step=as_code(step), now=request_now(request)
        )
    session = visit.measured_as if visit else _session_at_home(request)
    key = f"step:{session}:{service}:{n}" if session else None
    note(request, "step.reached", key=key, service=service, step=as_code(step), n=n)


def reached(request: HttpRequest, outcome: Reason = Reason.COMPLETED) -> None:
    """Say that the citizen has got what they came for, so that the visit's end can tell."""
    visit = visit_of(request)
    if visit:
        visits.reach(visit=visit, outcome=outcome, now=request_now(request))


def visit_of(request: HttpRequest) -> Visit | None:
    """Return the visit of this request, if it is one."""
    visit = getattr(request, "visit", None)
    assert visit is None or isinstance(visit, Visit)
    return visit


def as_code(text: str) -> str:
    """Return a step's name in the shape that measures accept.

    >>> as_code("Residence.2")
    'residence-2'
    """
    return _NO_CODE.sub("-", text.lower()).strip("-")[:64] or "none"


def _session_at_home(request: HttpRequest) -> UUID | None:
    if request.session.is_empty():
        return None
    if MEASURED_AS not in request.session:
        session = uuid4()
        request.session[MEASURED_AS] = str(session)
        measures.note(
            "session.started", source=WEB, session=session, now=request_now(request), channel="web"
        )
    return UUID(request.session[MEASURED_AS])
