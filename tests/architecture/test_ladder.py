"""What import-linter cannot see: foreign keys, personal fields, sizes, empty rooms."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "visavis"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
LADDER: list[str] = next(contract["layers"] for contract in CONTRACTS if contract["id"] == "ladder")
RUNG = {
    room: rung for rung, rooms in enumerate(reversed(LADDER)) for room in re.findall(r"\w+", rooms)
}
OUR_MODELS = [model for model in apps.get_models() if model.__module__.startswith("visavis.")]
FOREIGN_KEYS = [
    pytest.param(field, id=str(field))
    for model in OUR_MODELS
    for field in model._meta.concrete_fields
    if isinstance(field, models.ForeignKey)
]
MODULES = sorted(
    path
    for folder in ("src", "agent", "bench", "tools")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


@pytest.mark.parametrize("field", FOREIGN_KEYS)
def test_a_foreign_key_stays_in_its_room_or_points_down(field):
    here, there = field.model._meta.app_label, field.related_model._meta.app_label

    assert here == there or RUNG[there] < RUNG[here]


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_every_field_is_declared_personal_or_plain(model):
    fields = {field.name for field in model._meta.concrete_fields}
    personal, plain = model.Privacy.personal, model.Privacy.plain

    assert personal | plain == fields
    assert not personal & plain


def test_the_journal_and_the_measures_have_no_foreign_keys():
    rooms = {"journal", "measures"}

    assert not [key for key in FOREIGN_KEYS if key.values[0].model._meta.app_label in rooms]


def test_parentheses_stand_only_round_rooms_to_come():
    announced = {room for rooms in LADDER for room in re.findall(r"\((\w+)\)", rooms)}

    assert not [room for room in announced if (SOURCE / room).exists()]


def test_every_room_says_what_it_owns():
    rooms = [path.parent for path in SOURCE.glob("*/models.py")]

    assert [
        room.name
        for room in rooms
        if len(
            (ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or "").splitlines()
        )
        < 2
    ] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
class TestSize:
    def test_of_a_module_is_under_400_lines(self, path):
        assert len(path.read_text().splitlines()) < 400

    def test_of_a_function_is_under_60_lines(self, path):
        functions = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]

        assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= 60] == []


def test_templates_and_scripts_are_short():
    templates = [
        p for p in SOURCE.rglob("templates/**/*.html") if len(p.read_text().splitlines()) > 120
    ]
    scripts = [
        p
        for p in SOURCE.rglob("static/**/*.js")
        if "vendor" not in p.parts and len(p.read_text().splitlines()) > 150
    ]

    assert [str(path.relative_to(SOURCE)) for path in templates + scripts] == []
