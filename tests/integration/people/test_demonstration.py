import stat

import pytest
from django.core.management import CommandError, call_command

from tests.people import FOUR
from visavis.people import demonstration, queries, second_factor
from visavis.people.models import Role, User
from visavis.people.schema import DemonstrationPerson

pytestmark = pytest.mark.django_db

ELODIE = DemonstrationPerson(
    login="elodie", kind="citizen", given_name="Élodie", family_name="Exemple", birth_year=1961,
    mobile="+41785550101", about=FOUR, level=2,
)  # fmt: skip
PAUL = DemonstrationPerson(
    login="paul", kind="citizen", given_name="Paul", family_name="E", about=FOUR
)
OFFICER = DemonstrationPerson(
    login="olivier", kind="staff", given_name="Olivier", family_name="O", about=FOUR,
    roles=["officer@environment", "clerk@post/saignelegier"],
)  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR = tmp_path


class TestLoad:
    def test_makes_people_who_can_sign_in_and_writes_their_logins_for_the_owner_only(
        self, canton, system, now, tmp_path
    ):
        elodie, paul, officer = demonstration.load([ELODIE, PAUL, OFFICER], actor=system, now=now)

        assert elodie.login == "+41785550101"
        assert paul.login.replace(" ", "").isdigit()
        assert officer.login == "olivier@example.ch"
        assert queries.by_name(elodie.name).check_password(elodie.password)
        assert queries.level_of(queries.by_name(elodie.name), now=now) == 2
        assert queries.roles_of(queries.by_name(officer.name), now=now) == set(OFFICER.roles)
        assert stat.S_IMODE((tmp_path / "demo-logins.json").stat().st_mode) == 0o600

    def test_again_changes_nothing(self, canton, system, now, tmp_path):
        first = demonstration.load([ELODIE, OFFICER], actor=system, now=now)
        before = list(User.objects.order_by("pk").values())

        assert demonstration.load([ELODIE, OFFICER], actor=system, now=now) == first
        assert list(User.objects.order_by("pk").values()) == before
        assert Role.objects.count() == 2

    def test_follows_the_pack(self, canton, system, now):
        demonstration.load([OFFICER], actor=system, now=now)
        fewer = OFFICER.model_copy(update={"roles": ["officer@environment"], "given_name": "Olive"})

        (login,) = demonstration.load([fewer], actor=system, now=now)

        user = queries.by_name(login.name)
        assert user.given_name == "Olive"
        assert queries.roles_of(user, now=now) == {"officer@environment"}

    def test_refuses_the_live_world(self, canton, system, now, settings):
        settings.WORLD = "live"

        with pytest.raises(demonstration.NotInLive):
            demonstration.load([ELODIE], actor=system, now=now)
        with pytest.raises(demonstration.NotInLive):
            demonstration.account_of("elodie")


class TestDemoCode:
    def test_shows_the_code_that_the_persons_app_shows(self, canton, system, now, capsys):
        demonstration.load([OFFICER], actor=system, now=now)
        user = demonstration.account_of("olivier@example.ch")

        call_command("demo", "code", "olivier")

        assert second_factor.takes(user, capsys.readouterr().out.strip())

    @pytest.mark.parametrize(
        ("name", "complaint"), [("nobody", "no invented person"), ("elodie", "only staff")]
    )
    def test_says_what_is_wrong(self, canton, system, now, name, complaint):
        demonstration.load([ELODIE, OFFICER], actor=system, now=now)

        with pytest.raises(CommandError, match=complaint):
            call_command("demo", "code", name)

    def test_refuses_the_live_world(self, settings):
        settings.WORLD = "live"

        with pytest.raises(CommandError, match="live world"):
            call_command("demo", "code", "olivier")
