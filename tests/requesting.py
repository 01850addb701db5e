"""Fixtures of requests: a pack, citizens, officers, drafts filled in; a conftest imports them."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.answers import BROWSER, season_answers, week_answers
from tests.people import make_canton
from visavis.cases import operations, queries
from visavis.cases.models import Case
from visavis.catalog.models import ServiceVersion
from visavis.catalog.operations import load_services
from visavis.catalog.schema import ServiceEntry
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.people.models import User
from visavis.places.models import Canton

WITHOUT = "sana-course"
PACKS = Path(__file__).parents[1] / "cantons"


@pytest.fixture
def service(db: None, now: datetime) -> ServiceVersion:
    """The fishing permit of the Jura, rules of 2026, in a canton with little else."""
    if not Canton.objects.exists():
        make_canton(now)
    # One service with a form, one without.
    entries = [entry("jura", code) for code in ("fishing-permit", WITHOUT)]
    load_services(entries, redated={}, now=now)
    return ServiceVersion.objects.get(code="fishing-permit", written_from="2026-01-01")


@cache
def entry(canton: str, code: str) -> ServiceEntry:
    """Return a service of a pack, read once."""
    file = PACKS / canton / "services" / f"{code}.yaml"
    return ServiceEntry.model_validate(yaml.safe_load(file.read_text()))


@pytest.fixture
def citizen(db: None, now: datetime) -> User:
    return User.objects.create(
        name="p-elodie000001", number="100000007", family_name="Exemple", given_name="Élodie",
        birth_year=1961, birth_month=4, birth_day=12, language="fr",
        registered_at=now, notify_by="counter",
    )  # fmt: skip


@pytest.fixture
def elodie(citizen: User) -> Actor:
    return Actor(Kind.CITIZEN, citizen.name, Channel.WEB, assurance=1)


@pytest.fixture
def neighbour() -> Actor:
    return Actor(Kind.CITIZEN, "p-neighbour0001", Channel.WEB, assurance=1)


@pytest.fixture
def nobody() -> Actor:
    """Somebody unknown at home."""
    return Actor(Kind.CITIZEN, "browser:abc", Channel.WEB)


@pytest.fixture
def officer() -> Actor:
    return Actor(
        Kind.OFFICER, "p-officer00001", Channel.WEB, roles=frozenset({"officer@environment"})
    )


@pytest.fixture
def colleague() -> Actor:
    return Actor(
        Kind.OFFICER, "p-officer00002", Channel.WEB, roles=frozenset({"officer@environment"})
    )


Fill = Callable[..., Case]


@pytest.fixture
def fill(service: ServiceVersion, now: datetime) -> Fill:
    """Return a function that begins a draft and saves every step of it."""

    def filled(actor: Actor, answers: dict[str, Any] | None = None, *, at: datetime = now) -> Case:
        case = operations.start(service=service, language="fr", actor=actor, now=at)
        return answer(case, week_answers() if answers is None else answers, actor=actor, at=at)

    return filled


def answer(case: Case, answers: dict[str, Any], *, actor: Actor, at: datetime) -> Case:
    """Save the answers step by step, as somebody does who goes straight on."""
    for step in queries.form_of(case).steps:
        typed = {field.code: answers.get(field.code, "") for field in step.fields}
        saved = operations.save_step(
            case_id=case.pk, step=step.code, typed=typed, based_on=case.revision, client=BROWSER,
            language="fr", actor=actor, now=at,
        )  # fmt: skip
        case = saved.case
    return case


@pytest.fixture
def week(fill: Fill, elodie: Actor) -> Case:
    """A draft that will be decided by itself."""
    return fill(elodie)


@pytest.fixture
def season(fill: Fill, elodie: Actor) -> Case:
    """A draft that an officer must look at."""
    return fill(elodie, season_answers())


@pytest.fixture
def waiting(season: Case, elodie: Actor, now: datetime) -> Case:
    """A request that waits for the office."""
    return operations.submit(case_id=season.pk, actor=elodie, now=now)
