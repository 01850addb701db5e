"""The same engine with another canton's rules: nothing of the Jura hides in it."""

import pytest

from tests.attaching import files, pdf, sent  # noqa: F401 - a fixture
from tests.people import make_canton
from tests.requesting import answer, entry
from visavis.cases import attaching, operations
from visavis.cases.refusals import NotComplete, WrongKind
from visavis.cases.rules import State
from visavis.catalog.models import ServiceVersion
from visavis.catalog.operations import load_services

pytestmark = pytest.mark.django_db

CARD = {
    "waters": "both", "given_name": "Regula", "family_name": "Exempel", "birth_date": "1970",
    "locality": "Beispiel", "boat": "yes", "boat_number": "EX 12", "sana_number": "SN-12345",
}  # fmt: skip


@pytest.fixture
def card(now):
    make_canton(now)
    load_services([entry("exemple", "fishing-permit")], redated={}, now=now)
    return ServiceVersion.objects.get(code="fishing-permit")


@pytest.mark.parametrize(
    ("answers", "state", "cents"),
    [
        ({"kind": "day", "starts_on": "2026-10-26"}, State.PAYMENT, 2400),
        ({"kind": "year", "year_choice": "this"}, State.SUBMITTED, 22000),
    ],
    ids=["a day card by itself", "a year card by an officer"],
)
def test_a_card_is_asked_for(card, elodie, now, answers, state, cents):
    draft = operations.start(service=card, language="de", actor=elodie, now=now)

    def attach(field, content=None):
        attaching.attach(case_id=draft.pk, field=field, sent=sent(content), actor=elodie, now=now)

    draft = answer(draft, CARD | answers, actor=elodie, at=now)
    if answers["kind"] == "year":  # which asks for a photo
        with pytest.raises(NotComplete):
            operations.submit(case_id=draft.pk, actor=elodie, now=now)
        with pytest.raises(WrongKind):
            attach("sana_card", pdf())
        attach("sana_card")

    case = operations.submit(case_id=draft.pk, actor=elodie, now=now)

    assert (case.state, case.fee_cents, case.office) == (state, cents, "waters")
