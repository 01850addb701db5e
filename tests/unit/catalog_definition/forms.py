"""A small whole definition that tests bend until it breaks."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from visavis.catalog.definition.form import Form

PACKS = Path(__file__).parents[3] / "cantons"


def text(words: str) -> dict[str, str]:
    return {language: f"{words} ({language})" for language in ("fr", "de", "it", "en")}


SMALL: dict[str, Any] = {
    "constants": {"adult": 18, "opens": "2026-03-07"},
    "facts": [
        {"name": "age", "is": "youngest_age_on(born, today)"},
        {"name": "group", "is": "age < adult ? 'child' : 'adult'", "one_of": ["child", "adult"]},
    ],
    "steps": [
        {
            "code": "who",
            "title": text("Who"),
            "fields": [
                {"code": "name", "type": "name", "label": text("Name"), "personal": True},
                {"code": "born", "type": "partial_date", "label": text("Born"), "personal": True},
            ],
            "checks": [
                {
                    "must": "oldest_age_on(born, today) >= 0",
                    "say": text("Not yet born"),
                    "field": "born",
                }
            ],
        },
        {
            "code": "what",
            "title": text("What"),
            "fields": [
                {
                    "code": "kind",
                    "type": "choice",
                    "label": text("Kind"),
                    "options": [
                        {"code": "short", "label": text("Short")},
                        {
                            "code": "long",
                            "label": text("Long"),
                            "offered_if": "today >= date(opens)",
                            "why_not": text("From {opens}"),
                        },
                    ],
                }
            ],
        },
        {
            "code": "proof",
            "title": text("Proof"),
            "show_if": "kind == 'long'",
            "fields": [
                {"code": "has_proof", "type": "yes_no", "label": text("Has proof")},
                {
                    "code": "number",
                    "type": "text",
                    "label": text("Number"),
                    "show_if": "has_proof == true",
                },
            ],
        },
    ],
    "not_eligible": [
        {
            "code": "no-proof",
            "when": "has_proof == false",
            "title": text("No"),
            "say": text("Not without"),
            "change": "kind",
        }
    ],
    "fees": {
        "lines": [
            {
                "code": "base",
                "label": text("Base"),
                "label_from": "kind",
                "rows": [
                    {"when": {"kind": "short"}, "cents": 500},
                    {"when": {"kind": "long", "group": "adult"}, "cents": 5000},
                    {"when": {"kind": "long", "group": "child"}, "cents": 2500},
                ],
            }
        ]
    },
    "decision": {
        "reasons": [{"code": "proof", "when": "kind == 'long'", "say": text("Look")}],
    },
    "filters": ["kind"],
    "birth_field": "born",
    "retention_days": 30,
    "tests": [
        {
            "says": "a short one",
            "today": "2026-05-01",
            "answers": {"name": "Ada", "born": "1980", "kind": "short"},
            "expect": {"fee_cents": 500, "decision": "automatic"},
        },
        {
            "says": "a long one of a child",
            "today": "2026-05-01",
            "answers": {
                "name": "Ada", "born": "2012-01-01", "kind": "long", "has_proof": True,
                "number": "1",
            },
            "expect": {"fee_cents": 2500, "decision": "officer", "reasons": ["proof"]},
        },
    ],
}  # fmt: skip


def small(**changed: Any) -> dict[str, Any]:
    """Return the small definition, some of its keys written anew."""
    return deepcopy(SMALL) | changed


def bent(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """Return the small definition with one value put in another's place."""
    whole: Any = deepcopy(SMALL)
    part = whole
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return dict(whole)


def fishing(canton: str, valid_from: str) -> Form:
    """Return a version of a pack's fishing permit."""
    file = PACKS / canton / "services" / "fishing-permit.yaml"
    versions = yaml.safe_load(file.read_text())["versions"]
    found = next(one for one in versions if str(one["valid_from"]) == valid_from)
    return Form.model_validate(found["form"])


FISHING = [("jura", "2021-04-01"), ("jura", "2026-01-01"), ("exemple", "2024-01-01")]
