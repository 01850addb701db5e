"""A recovery certificate asked for, and the register in which its result is looked for."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.people import make_canton
from tests.requesting import answer, entry
from visavis.cases import attaching, followers, operations, queries
from visavis.cases.models import Case
from visavis.catalog.models import ServiceVersion
from visavis.catalog.operations import load_services
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.gateways.laboratory_register import client
from visavis.gateways.laboratory_register.fake.in_process import InProcessRegister

HELENE = Actor(Kind.OFFICER, "p-officer00009", Channel.WEB, roles=frozenset({"officer@health"}))


@pytest.fixture
def register(monkeypatch, now) -> InProcessRegister:
    fake = InProcessRegister(now.date())
    monkeypatch.setattr(client, "configured", lambda: fake)
    return fake


@pytest.fixture
def send(db, elodie, now, register):
    make_canton(now)
    load_services([entry("jura", "recovery-certificate")], redated={}, now=now)
    service = ServiceVersion.objects.get(code="recovery-certificate", written_from="2022-02-17")

    def sent(proof: bytes = b"", **changed) -> Case:
        draft = operations.start(service=service, language="fr", actor=elodie, now=now)
        positive = (now - timedelta(days=20)).date().isoformat()
        answers = {
            "analysis": "pcr", "country": "ch", "first_positive_on": positive, "delivery": "online",
            "given_name": "Elodie", "family_name": "Exemple", "birth_date": "1984-04-12",
        }  # fmt: skip
        draft = answer(draft, answers | changed, actor=elodie, at=now)
        if proof:
            attaching.attach(
                case_id=draft.pk, field="test_proof",
                sent=attaching.Sent(uuid4(), "proof.jpg", proof), actor=elodie, now=now,
            )  # fmt: skip
        return operations.submit(case_id=draft.pk, actor=elodie, now=now)

    return sent


def ask(case, now):
    followers.ask_the_register(str(case.pk), now)
    return queries.case(case.pk)


def outcome_of(case):
    question = queries.question_of(case)
    finding = queries.finding_of(case, question) if question else None
    return finding.outcome if finding else None
