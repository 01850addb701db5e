"""What a visit leaves behind: the draft, under its code, and nothing else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.answers import season_answers
from tests.attaching import HABITAT, QUESTION, picture
from tests.filling_in import address as page_of
from tests.integration.portal.test_visit import address, begin, silent_for
from tests.requesting import fill, service  # noqa: F401 - fixtures
from tests.visiting import HOME, device, site  # noqa: F401 - fixtures
from visavis.cases import queries as cases
from visavis.cases.attachment_models import Attachment
from visavis.cases.models import Case
from visavis.foundation import database
from visavis.foundation.codes import spoken
from visavis.visits import operations, upkeep
from visavis.visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def kiosk(device, service) -> Client:  # noqa: F811
    ticket = upkeep.issue_ticket(device=device, home=HOME, now=database.now())
    browser = Client()
    begin(browser, ticket)
    return browser


@pytest.fixture
def draft(kiosk, fill) -> Case:  # noqa: F811
    visit = Visit.objects.select_related("device__site").get()
    return fill(operations.citizen_of(visit), at=database.now())


class TestFinish:
    def test_shows_the_code_before_it_erases(self, kiosk, draft):
        first = kiosk.post(address("finish"))

        assert first.status_code == 200
        assert spoken(draft.code) in first.content.decode()
        assert Visit.objects.get().ended_at is None
        assert kiosk.post(address("finish"), {"confirmed": "1"}).status_code == 302

    @pytest.mark.parametrize("way", ["finish", "idle"])
    def test_never_touches_the_draft(self, kiosk, draft, way):
        before = Case.objects.values().get()

        if way == "finish":
            kiosk.post(address("finish"), {"confirmed": "1"})
        else:
            silent_for(121)
        page = kiosk.get(address("help")).content.decode()

        assert Case.objects.values().get() == before
        assert spoken(draft.code) not in page

    def test_the_next_visitor_does_not_find_it(self, kiosk, draft, device):  # noqa: F811
        kiosk.post(address("finish"), {"confirmed": "1"})
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=database.now())
        begin(kiosk, ticket)

        now = database.now()
        new = Visit.objects.open(now).select_related("device__site").get()
        assert not cases.drafts_of(operations.citizen_of(new)).exists()
        with pytest.raises(cases.NoSuchCase):
            cases.case_for(draft.pk, actor=operations.citizen_of(new), now=now)
        assert kiosk.get(address("finish")).content.decode().count(spoken(draft.code)) == 0


class TestFiles:
    """Our devices have no camera and none of the citizen's files."""

    @pytest.fixture
    def claiming(self, kiosk, fill):  # noqa: F811
        visit = Visit.objects.select_related("device__site").get()
        answers = season_answers(**HABITAT)
        return fill(operations.citizen_of(visit), answers, at=database.now())

    def test_no_page_offers_to_choose_one(self, kiosk, claiming):
        page = kiosk.get(page_of("case_step", claiming.pk, "habitat")).content.decode()

        assert 'type="file"' not in page
        assert 'id="id_habitat_paper"' in page  # where a fault would lead to

    def test_none_is_taken(self, kiosk, claiming):
        for where in (
            page_of("case_file_send", claiming.pk, QUESTION),
            page_of("case_step", claiming.pk, "habitat"),
        ):
            file = SimpleUploadedFile("a.jpg", picture())
            assert kiosk.post(where, {"file": file, QUESTION: file}).status_code == 400

        assert not Attachment.objects.exists()
