"""What the office of health sees of the register, and what it can do with it."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import pytest

from tests.filling_in import address as portal
from tests.integration.office.test_money import address, officer_of
from tests.registers import ask, register, send
from tests.requesting import citizen, elodie
from visavis.cases import queries
from visavis.cases.models import Case, RegisterQuestion
from visavis.catalog.models import ServiceVersion
from visavis.gateways.laboratory_register.fake.people import Fault
from visavis.papers.followers import issue_the_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def helene(send, now):
    return officer_of("health", now, "helene@example.ch")


def page(client, case) -> str:
    return str(client.get(address("case", case.pk)).content.decode())


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault.SEVERAL, "plusieurs résultats"),
        (Fault.NEAR, "<li>Date de naissance</li>"),
        (Fault.WRONG_PERSON, "aucun résultat positif"),
        (Fault.PENDING, "pas encore définitif"),
    ],
)
def test_the_case_names_what_was_found(helene, send, register, now, fault, says):
    register.fault = fault
    case = ask(send(), now)

    assert address("case", case.pk) in helene.get(address("queue")).content.decode()
    assert says in page(helene, case)
    assert "1948" not in page(helene, case)


def test_a_case_that_is_being_checked_has_a_list_of_its_own(helene, send):
    case = send()

    assert address("case", case.pk) not in helene.get(address("queue")).content.decode()
    listed = helene.get(address("queue") + "?tab=checking").content.decode()
    assert address("case", case.pk) in listed
    assert "Le registre est interrogé" in page(helene, case)


def test_an_officer_asks_again_and_decides(helene, send, register, now):
    register.fault = Fault.PENDING
    case = ask(send(), now)
    assert address("ask_register", case.pk) not in page(helene, case)

    helene.post(address("take", case.pk))
    assert address("ask_register", case.pk) in page(helene, case)
    helene.post(address("ask_register", case.pk))
    assert RegisterQuestion.objects.get().answered_at is None
    register.fault = Fault.GOOD
    ask(case, now)

    assert "tout est identique" in page(helene, case)
    helene.post(address("accept", case.pk))
    assert queries.case(case.pk).state == "granted"


def test_outside_the_demonstration_accepting_is_refused_with_a_sentence(
    helene, send, register, now, settings
):
    register.fault = Fault.PENDING
    case = ask(send(), now)
    helene.post(address("take", case.pk))
    settings.WORLD = "practice"

    answer = helene.post(address("accept", case.pk), follow=True).content.decode()

    assert "base légale a pris fin" in answer
    assert queries.case(case.pk).state == "in_review"


class TestItsCitizen:
    @pytest.fixture(autouse=True)
    def signed_in(self, client, citizen):
        client.force_login(citizen)

    def test_sees_that_it_is_being_checked(self, client, send):
        case = send()

        assert "En cours de contrôle" in client.get(portal("case", case.pk)).content.decode()
        sent = client.get(portal("case_submitted", case.pk)).content.decode()
        assert "contrôlées dans un registre" in sent

    def test_sees_by_itself_when_it_has_been(self, client, send, register, now):
        case = send()
        pages = [
            client.get(portal(page, case.pk)).content.decode()
            for page in ("case", "case_submitted")
        ]
        before = client.get(portal("cases_how_far")).json()["state"]

        ask(case, now)

        for page in pages:
            assert f'data-state="{before}"' in page
            assert portal("cases_how_far") in page
        checked = client.get(portal("cases_how_far")).json()["state"]
        assert checked != before
        granted = client.get(portal("case", case.pk)).content.decode()
        assert f'data-state="{checked}"' in granted  # it waits for its paper

        issue_the_paper(str(case.pk), now)

        assert client.get(portal("cases_how_far")).json()["state"] != checked
        assert "check-again" not in client.get(portal("case", case.pk)).content.decode()

    def test_outside_the_demonstration_is_told_before_beginning(self, client, send, settings):
        send()
        ServiceVersion.objects.filter(written_from="2022-02-17").update(valid_until=None)
        begin = portal("begin", "recovery-certificate")
        form = '<form method="post">'
        assert form in client.get(begin).content.decode()
        settings.WORLD = "practice"

        page = client.get(begin).content.decode()
        answer = client.post(begin)

        assert "ne peut plus être demandé" in page
        assert form not in page
        assert answer.status_code == 200
        assert Case.objects.count() == 1

    def test_is_never_told_what_the_register_said(self, client, send, register, now):
        register.fault = Fault.NEAR
        case = ask(send(), now)

        seen = client.get(portal("case", case.pk)).content.decode()

        assert "l’office décide" in seen
        assert "proche" not in seen
