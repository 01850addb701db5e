"""Keys, claims and a paper about to be printed, without a database."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from visavis.catalog.definition.form import Form
from visavis.catalog.definition.reading import Reading
from visavis.papers import rules
from visavis.papers.claims import Claims
from visavis.papers.contents import Brand, Issue, Period, Person, Price, Words, fixed_words
from visavis.papers.signing import KeyFolder

CANTONS = Path(__file__).parents[1] / "cantons"
ISSUED = datetime(2027, 2, 12, 9, tzinfo=UTC)
BEGINS = datetime(2027, 2, 28, 23, tzinfo=UTC)  # 1 March, midnight in Zurich
ENDS = datetime(2027, 9, 30, 22, tzinfo=UTC)  # 1 October, midnight in Zurich, summer time
IN_SEASON = datetime(2027, 6, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    """Keys as a live canton has them: what they sign is no specimen."""
    kept = KeyFolder(tmp_path / "keys", issuer="jura", is_specimen=False)
    kept.signer(datetime(2027, 1, 1, tzinfo=UTC))
    return kept


@pytest.fixture
def signer(folder):
    return folder.signer(ISSUED)


@pytest.fixture
def claims():
    return Claims(
        issuer="jura",
        number="482913756",
        kind="fishing-permit",
        holder="Élodie Żółć-Ærø",
        birth_year=1961,
        issued_at=ISSUED,
        begins_at=BEGINS,
        ends_at=ENDS,
        is_specimen=False,
    )


@pytest.fixture
def barcode(claims, signer):
    return rules.barcode_text(claims, signer=signer, base_url="https://guichet.example.ch/")


def definition(canton: str) -> Form:
    """Return the newest definition of a pack's fishing permit."""
    service = yaml.safe_load((CANTONS / canton / "services/fishing-permit.yaml").read_text("utf-8"))
    return Form.model_validate(service["versions"][-1]["form"])


def issue(canton: str = "jura", *, language: str = "fr", **answers: object) -> Issue:
    """Return a paper about to be printed, made of a pack's own definition and test case."""
    form = definition(canton)
    assert form.paper is not None
    sample = next(case for case in form.tests if case.expect.fee_cents)
    given = {**sample.answers, **answers}
    reading = Reading(form, given, today=date.fromisoformat(sample.today))
    return Issue(
        form=form,
        reading=reading,
        language=language,
        words=Words(fixed_words(), language),
        brand=Brand(name="République et Canton du Jura", place="Office", accent="#b3202c"),
        office="Office de l’environnement",
        number="482913756",
        person=Person.named_by(form.paper.holder, reading),
        period=Period.given_by(form.paper, reading),
        issued_on=date(2027, 2, 12),
        price=Price([("Permis de saison", 18000), ("Supplément", 10000)], 28000, date(2027, 2, 12)),
        is_specimen=True,
    )
