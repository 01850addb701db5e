"""Between JSON and types: what the register sends is distrusted until it fits. Pure.

    POST /v1/results/search
    Authorization: Bearer …
    {"family_name": "Exemple", "given_name": "Élodie", "birth_date": "1984-04-12",
     "first_positive_on": "2026-11-09", "analysis": "pcr"}

    200 {"results": [{…the same names…, "status": "positive"}], "demonstration": false}

Nothing about a person stands in an address, because addresses end up in logs. `status` is
`positive`, `negative` or `pending`; a fake says `"demonstration": true`.
"""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from visavis.gateways.laboratory_register.errors import Unreachable
from visavis.gateways.laboratory_register.types import Result, Status, Wanted

PATH = "/v1/results/search"
MOST_RESULTS = 50
LONGEST_TEXT = 200


def question(wanted: Wanted) -> bytes:
    """Return a question as JSON."""
    said = asdict(wanted) | {"first_positive_on": wanted.first_positive_on.isoformat()}
    return json.dumps(said, ensure_ascii=False).encode()


def wanted_of(body: bytes) -> Wanted:
    """Read a question, as a register does.

    Raises:
        ValueError: it is none.
    """
    said = _object(json.loads(body))
    return Wanted(**_common(said))


def answer(results: list[Result], *, demonstration: bool) -> bytes:
    """Return an answer as JSON, as a register does."""
    listed = [
        asdict(result) | {"first_positive_on": result.first_positive_on.isoformat()}
        for result in results
    ]
    return json.dumps({"results": listed, "demonstration": demonstration}).encode()


def results_of(body: bytes) -> tuple[list[Result], bool]:
    """Return the results of an answer, and whether a fake gave it.

    Raises:
        Unreachable: it is no answer. It counts as none at all.
    """
    try:
        said = _object(json.loads(body))
        listed = said.get("results")
        if not isinstance(listed, list) or len(listed) > MOST_RESULTS:
            raise ValueError("results")
        results = [_result(_object(one)) for one in listed]
    except (ValueError, RecursionError) as error:
        # The fault may quote what was sent, so it is neither kept nor chained.
        raise Unreachable(f"unreadable answer: {type(error).__name__}") from None
    return results, said.get("demonstration") is True


def _result(said: dict[str, Any]) -> Result:
    return Result(**_common(said), status=Status(_text(said, "status")))


def _common(said: dict[str, Any]) -> dict[str, Any]:
    texts = ("family_name", "given_name", "birth_date", "analysis")
    day = date.fromisoformat(_text(said, "first_positive_on"))
    return {name: _text(said, name) for name in texts} | {"first_positive_on": day}


def _object(said: object) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return said


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT:
        raise ValueError(name)
    return value
