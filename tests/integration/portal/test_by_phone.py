"""One's own phone as the camera for one question, at a kiosk and at home."""

# ruff: noqa: F811 - fixtures are imported, and asked for by name

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests import sending
from tests.answers import season_answers
from tests.attaching import HABITAT, QUESTION, files  # noqa: F401
from tests.integration.portal.test_account_in_visit import begin_visit
from tests.requesting import citizen, elodie, fill, service  # noqa: F401
from tests.visiting import device, site  # noqa: F401
from visavis.cases import operations as cases
from visavis.cases.attachments import files_of
from visavis.cases.models import Case
from visavis.cases.refusals import FileTooLarge
from visavis.doors.portal.cases_file_words import said
from visavis.foundation import database
from visavis.foundation.files import refusals as judged
from visavis.journal.models import Entry
from visavis.visits import operations as visits
from visavis.visits.handoff_models import Handoff
from visavis.visits.models import Visit

HEIC = b"\0\0\0\x18ftypheic" + bytes(9)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_french():
    with translation.override("fr"):
        yield


class Place:
    """A screen with a draft on it that asks for a paper."""

    def __init__(self, client: Client, case: Case) -> None:
        self.client, self.case = client, case
        self.address = reverse("portal:file_by_phone", args=[case.pk, QUESTION])

    def show(self, **posted: object) -> str:
        if posted:
            return self.client.post(self.address, posted, follow=True).content.decode()
        return self.client.get(self.address).content.decode()

    @property
    def token(self) -> str:
        return self.client.session["photograph"]["token"]

    @property
    def said(self) -> str:
        return self.client.get(reverse("portal:photograph_state")).json()["state"]

    @property
    def arrived(self) -> int:
        return len([one for one in files_of(self.case, field=QUESTION) if one.is_current])


class Phone:
    """Somebody's phone, which knows the code."""

    def __init__(self, token: str) -> None:
        self.client, self.token = Client(), token

    def url(self, name: str = "photograph") -> str:
        return reverse(f"portal:{name}", args=[self.token])

    def look(self):
        return self.client.get(self.url())

    def confirm(self):
        return self.client.post(self.url())

    def send(self, content: bytes | None = None, **more: str):
        picture = sending.picture() if content is None else content
        file = SimpleUploadedFile("any.exe", picture)
        posted = {"file": file, "key": str(uuid4()), **more}
        return self.client.post(self.url("photograph_send"), posted)


@pytest.fixture
def at_kiosk(device, service, fill) -> Place:
    client = begin_visit(device)
    visit = Visit.objects.select_related("device__site").get()
    case = fill(visits.citizen_of(visit), season_answers(**HABITAT), at=database.now())
    return Place(client, case)


@pytest.fixture
def at_home(elodie, citizen, fill) -> Place:
    client = Client()
    client.force_login(citizen)
    return Place(client, fill(elodie, season_answers(**HABITAT), at=database.now()))


@pytest.fixture(params=["kiosk", "home"])
def place(request) -> Place:
    return request.getfixturevalue(f"at_{request.param}")


@pytest.fixture
def phone(place) -> Phone:
    place.show()
    return Phone(place.token)


@pytest.fixture
def lent(place, phone) -> Phone:
    """A phone that has confirmed and whose number was chosen on the screen."""
    phone.confirm()
    place.show(number=Handoff.objects.get().number)
    return phone


class TestTheWayThrough:
    def test_brings_a_picture_from_the_phone_into_the_request(self, place, phone):
        assert place.said == "waiting"
        assert "<svg" in place.show()
        phone.confirm()
        assert place.said == "answered"
        number = Handoff.objects.get().number
        assert str(number) in phone.look().content.decode()
        place.show(number=number)
        assert place.said == "lent-0"

        answer = phone.send()

        assert answer.status_code == 302
        assert place.said == "lent-1"
        assert place.arrived == 1
        assert "Vos photos sont arrivées" in place.show()
        assert "1 fichier est arrivé" in phone.look().content.decode()

    def test_names_screen_and_place_and_question_before_anything_happens(self, at_kiosk):
        at_kiosk.show()

        page = Phone(at_kiosk.token).look().content.decode()

        device = Visit.objects.select_related("device__site").get().device
        assert device.label["fr"] in page
        assert device.site.names["fr"] in page
        assert "attestation" in page

    @pytest.mark.parametrize("step", ["asked", "answered", "lent"])
    def test_shows_nothing_else_of_the_request_on_the_phone(self, place, phone, step):
        if step != "asked":
            phone.confirm()
        if step == "lent":
            place.show(number=Handoff.objects.get().number)

        page = phone.look().content.decode()

        assert all(
            said not in page for said in ("Élodie", "Exemple", "La Truite", "TP-0815", "1961")
        )
        assert str(place.case.pk) not in page

    def test_writes_down_who_sent_it_and_that_a_phone_was_lent(self, place, lent):
        lent.send()

        written = Entry.objects.values_list("what", "actor")
        assert ("cases.attached", Handoff.objects.get().holder) in written
        assert "visits.handoff_brought_back" in [what for what, _ in written]

    def test_ends_at_the_screen_and_leads_back_to_the_question(self, place, lent):
        lent.send()

        answer = place.client.post(place.address, {"end": "1"})

        assert answer.status_code == 302
        assert "/step/" in answer.url
        assert lent.send().status_code == 410

    def test_ends_on_the_phone(self, place, lent):
        lent.send()

        page = lent.client.post(lent.url("photograph_done")).content.decode()

        assert "Continuez à l’écran" in page
        assert place.said == "over"
        assert lent.send().status_code == 410
        assert place.arrived == 1

    def test_the_same_picture_sent_twice_is_one(self, place, lent):
        key = str(uuid4())

        lent.send(key=key)
        lent.send(key=key)

        assert place.arrived == 1

    def test_the_same_picture_again_and_again_gives_no_more_time(self, place, lent):
        """Else a phone that has long gone holds a kiosk for ever."""
        key = str(uuid4())
        lent.send(key=key)
        until = list(Handoff.objects.values_list("expires_at", "done"))
        visits_until = list(Visit.objects.values_list("expires_at"))

        lent.send(key=key)

        assert list(Handoff.objects.values_list("expires_at", "done")) == until
        assert list(Visit.objects.values_list("expires_at")) == visits_until
        assert place.said == "lent-1"

    def test_signing_out_at_home_is_the_end_of_it(self, at_home):
        at_home.show()
        phone = Phone(at_home.token)
        phone.confirm()
        at_home.show(number=Handoff.objects.get().number)

        at_home.client.post(reverse("portal:logout"))

        assert phone.send().status_code == 410
        assert at_home.arrived == 0


class TestLookingAgain:
    """The pages load themselves anew: what was sent to get them must not be sent again."""

    @pytest.mark.parametrize("posted", [{"new": "1"}, {"number": "right"}])
    def test_no_page_of_the_screen_is_the_answer_to_a_form(self, place, phone, posted):
        phone.confirm()
        right = str(Handoff.objects.get().number)
        posted = {name: said.replace("right", right) for name, said in posted.items()}

        assert place.client.post(place.address, posted).status_code == 302

    def test_nor_is_the_number_on_the_phone(self, phone):
        assert phone.confirm().status_code == 302


class TestRefusals:
    def test_a_wrong_number_ends_it_and_says_so(self, place, phone):
        phone.confirm()
        found = Handoff.objects.get()
        wrong = next(number for number in found.choices if number != found.number)

        page = place.show(number=wrong)

        assert "Ce n’est pas le numéro" in page
        assert phone.send().status_code == 410
        assert place.arrived == 0

    def test_a_phone_that_was_not_chosen_sends_nothing(self, place, phone):
        phone.confirm()

        assert phone.send().status_code == 410
        assert place.arrived == 0

    def test_a_phone_that_has_not_confirmed_cannot_be_chosen(self, place, phone):
        place.show(number="10")

        assert not Handoff.objects.get().is_lent

    def test_a_second_phone_gets_nothing(self, place, lent):
        second = Phone(lent.token)

        assert second.look().status_code == 410
        assert second.confirm().status_code == 410
        assert second.send().status_code == 410
        assert place.arrived == 0

    def test_a_second_phone_cannot_end_it(self, place, lent):
        Phone(lent.token).client.post(lent.url("photograph_done"))

        assert place.said == "lent-0"

    @pytest.mark.parametrize("token", ["x", "A" * 22, "%00"])
    def test_a_token_that_is_none_is_over(self, token, place):
        assert Phone(token).look().status_code == 410

    def test_after_two_minutes_the_code_is_over(self, place, phone, monkeypatch):
        _let_pass(minutes=2)

        assert phone.look().status_code == 410
        assert place.said == "over"
        assert "Afficher un nouveau code" in place.show()

    def test_after_ten_quiet_minutes_a_lent_phone_is_over(self, place, lent):
        _let_pass(minutes=10)

        assert lent.send().status_code == 410

    def test_each_picture_gives_the_same_time_again(self, place, lent):
        _let_pass(minutes=9)
        lent.send()
        _let_pass(minutes=9)

        assert lent.look().status_code == 200

    def test_a_new_code_makes_the_old_one_worthless(self, place, lent):
        _let_pass(minutes=10)
        place.show(new="1")

        assert lent.look().status_code == 410
        assert Phone(place.token).look().status_code == 200

    def test_a_screen_shows_no_code_that_another_one_has_replaced(self, at_home, citizen):
        at_home.show()
        other = Client()
        other.force_login(citizen)
        Place(other, at_home.case).show()

        assert "<svg" in at_home.show()
        assert Phone(at_home.token).look().status_code == 200

    def test_saying_no_on_the_phone_ends_it(self, place, phone):
        page = phone.client.post(phone.url(), {"no": "1"}).content.decode()

        assert "Rien n’a été envoyé" in page
        assert place.said == "over"

    def test_the_end_of_the_visit_is_the_end_of_it(self, at_kiosk):
        at_kiosk.show()
        phone = Phone(at_kiosk.token)
        phone.confirm()
        at_kiosk.show(number=Handoff.objects.get().number)

        at_kiosk.client.post(reverse("portal:finish"), {"confirmed": "1"})

        assert phone.send().status_code == 410
        assert phone.look().status_code == 410
        assert at_kiosk.arrived == 0

    def test_giving_the_draft_up_is_the_end_of_it(self, at_home, elodie):
        at_home.show()
        phone = Phone(at_home.token)
        phone.confirm()
        at_home.show(number=Handoff.objects.get().number)

        cases.withdraw(case_id=at_home.case.pk, actor=elodie, now=database.now())

        assert phone.send().status_code == 410
        assert phone.look().status_code == 410

    def test_the_neighbour_cannot_show_a_code_for_it(self, place):
        assert Client().get(place.address).status_code == 404

    def test_another_question_has_no_camera(self, place):
        other = reverse("portal:file_by_phone", args=[place.case.pk, "kind"])

        assert place.client.get(other).status_code == 404

    def test_a_code_for_pictures_signs_nobody_in(self, phone, citizen):
        signing_in = Client()
        signing_in.force_login(citizen)

        answer = signing_in.get(reverse("portal:on_phone", args=[phone.token]))

        assert answer.status_code == 410


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "refusal"),
        [
            pytest.param(b"MZ program", judged.UnknownKind(), id="a program"),
            pytest.param(HEIC, judged.ForeignPicture(), id="a format of phones"),
            pytest.param(b"\xff\xd8\xff", judged.Damaged(), id="a broken picture"),
            pytest.param(bytes(10_000_001), FileTooLarge(10), id="too large"),
        ],
    )
    def test_that_are_not_taken_are_refused_in_words(self, lent, place, content, refusal):
        answer = lent.send(content)

        assert answer.status_code == 422
        assert said(refusal) in unescape(answer.content.decode())
        assert place.arrived == 0

    def test_none_at_all_is_said(self, lent):
        answer = lent.client.post(lent.url("photograph_send"), {"key": "not a key"})

        assert answer.status_code == 422
        assert said(judged.Empty()) in unescape(answer.content.decode())

    def test_more_than_are_asked_for_are_refused_in_words(self, lent, place):
        most = next(
            field for field in cases.queries.form_of(place.case).fields() if field.code == QUESTION
        ).most_files
        for shade in range(most):
            lent.send(sending.picture(size=(20 + shade, 20)))

        answer = lent.send()

        assert answer.status_code == 422
        assert place.arrived == most
        assert "Toutes les photos" in answer.content.decode()

    def test_a_forged_request_is_refused(self, lent, place):
        lent.client.handler.enforce_csrf_checks = True

        assert lent.send().status_code == 403
        assert place.arrived == 0


def _let_pass(*, minutes: int) -> None:
    """Make every hand-off older by so much."""
    for one in Handoff.objects.all():
        before = timedelta(minutes=minutes)
        one.made_at, one.expires_at = one.made_at - before, one.expires_at - before
        one.save(update_fields=["made_at", "expires_at"])
