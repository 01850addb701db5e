"""Everything the counter keeps about one person, from all rooms, for that person."""

from datetime import date, datetime
from decimal import Decimal

from visavis.appointments import queries as appointments
from visavis.appointments.models import Right
from visavis.assistance.models import IdentityCheck
from visavis.cases import attachments, message_queries
from visavis.cases import queries as cases
from visavis.cases.models import Case
from visavis.cases.vault import KeyDestroyed
from visavis.doors.portal.appointments_access import masked
from visavis.people import export
from visavis.people.models import User


def file_of(user: User, *, now: datetime) -> dict[str, object]:
    """Return what is kept about somebody, ready for JSON."""
    requests = [_request(case, now=now) for case in cases.cases_of(user.name)]
    rights = Right.objects.of(user.name).order_by("made_at")
    booked = [_appointment(right, is_told=right.was_told_by(user.name)) for right in rights]
    checks = [_check(check) for check in user.identity_checks.order_by("asked_at")]
    return {
        **export.file_of(user),
        "identity_checks": checks,
        "cases": requests,
        "appointments": booked,
    }


def _check(check: IdentityCheck) -> dict[str, object]:
    return {
        "asked_at": _plain(check.asked_at),
        "accepted_at": _plain(check.agreed_at),
        "document": check.document_kind,
        "proven_on": _plain(check.proven_at),
        "ended_at": _plain(check.closed_at),
    }


def _appointment(right: Right, *, is_told: bool) -> dict[str, object]:
    return {
        "number": right.number,
        "calendar": right.calendar.code,
        "purpose": right.purpose,
        "kind": right.kind,
        "facts": right.facts if is_told else {},
        "told_by": right.contact_address if is_told else masked(right.contact_address),
        "made_at": _plain(right.made_at),
        "outcome": right.outcome,
        "bookings": [
            {"starts_at": _plain(row.starts_at), "state": row.state, "agenda": row.lane.agenda.code}
            for row in appointments.story_of(right)
        ],
    }


def _request(case: Case, *, now: datetime) -> dict[str, object]:
    return {
        "service": case.service_code,
        "reference": case.reference,
        "state": case.state,
        "begun_at": _plain(case.created_at),
        "submitted_at": _plain(case.submitted_at),
        "decided_at": _plain(case.decided_at),
        "kept_until": _plain(case.kept_until),
        "answers": _answers(case, now=now),
        "files": _files(case),
        "messages": [
            {"from_office": one.from_office, "at": _plain(one.at), "words": one.words}
            for one in message_queries.conversation(case)
        ],
    }


def _files(case: Case) -> list[dict[str, object]]:
    try:
        found = attachments.files_of(case)
    except KeyDestroyed:
        return []
    return [
        {
            "question": one.field,
            "name": one.name,
            "bytes": one.size,
            "sent_at": _plain(one.sent_at),
            "replaced_at": _plain(one.left_at),
        }
        for one in found
    ]


def _answers(case: Case, *, now: datetime) -> dict[str, object]:
    try:
        given = cases.answers(case, now=now)
    except KeyDestroyed:
        return {}
    return {code: _plain(answer) for code, answer in given.items()}


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    return value if value is None or isinstance(value, str | int | float) else str(value)
