"""A code by letter proves where somebody lives: one letter, three tries, fourteen days."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from tests.people import as_actor, make_canton, register
from visavis.notices.models import Notice
from visavis.people import letters, operations, queries
from visavis.people.models import IdentityProof, LetterCode
from visavis.people.refusals import (
    LetterUnderway,
    NoPostalAddress,
    NotYours,
    TooManyLetters,
    WrongCode,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def marcel(db, now):
    make_canton(now)
    user = register(now, family_name="Modèle", given_name="Marcel")
    profile = replace(
        operations.profile_of(user), street="Chemin de l’Inventé", house_number="12",
        postal_code="2345", locality="Les Breuleux",
    )  # fmt: skip
    return operations.change_profile(user=user, profile=profile, actor=as_actor(user), now=now)


def send(user, now):
    letters.send(user=user, actor=as_actor(user), now=now)
    return code_in(Notice.objects.filter(channel="letter").latest("pk").body)


def code_in(body):
    return re.search(r"\d{3} \d{3} \d{2}", body)[0]


def enter(user, code, now):
    letters.enter(user=user, code=code, actor=as_actor(user), now=now)


class TestSend:
    def test_writes_to_the_address_of_the_account(self, marcel, now):
        send(marcel, now)

        notice = Notice.objects.get(channel="letter")
        assert notice.address == "Marcel Modèle\nChemin de l’Inventé 12\n2345 Les Breuleux"
        assert notice.useless_at == now + 14 * DAY

    def test_sends_one_letter_for_ten_taps(self, marcel, now):
        send(marcel, now)
        for _ in range(9):
            with pytest.raises(LetterUnderway):
                send(marcel, now)

        assert Notice.objects.filter(channel="letter").count() == 1

    def test_sends_three_a_year(self, marcel, now):
        for number in range(3):
            send(marcel, now + number * 5 * DAY)

        with pytest.raises(TooManyLetters) as refusal:
            send(marcel, now + 20 * DAY)
        assert refusal.value.again_at == now + 365 * DAY

    def test_makes_the_code_of_an_older_letter_void(self, marcel, now):
        old = send(marcel, now)
        send(marcel, now + 5 * DAY)

        with pytest.raises(WrongCode):
            enter(marcel, old, now + 5 * DAY)

    def test_needs_an_address(self, marcel, now):
        with pytest.raises(NoPostalAddress):
            send(register(now), now)

    def test_is_for_oneself(self, marcel, now):
        with pytest.raises(NotYours):
            letters.send(user=marcel, actor=as_actor(register(now)), now=now)


class TestEnter:
    def test_gives_the_level_of_the_pack_for_its_time(self, marcel, now):
        enter(marcel, send(marcel, now), now + 14 * DAY - timedelta(seconds=1))

        assert queries.level_of(marcel, now=now + 14 * DAY) == 2
        assert queries.level_of(marcel, now=now + 800 * DAY) == 1

    def test_refuses_an_expired_code(self, marcel, now):
        code = send(marcel, now)

        with pytest.raises(WrongCode):
            enter(marcel, code, now + 14 * DAY)

    def test_refuses_the_right_code_at_the_fourth_try(self, marcel, now):
        code = send(marcel, now)
        for _ in range(3):
            with pytest.raises(WrongCode):
                enter(marcel, "00000000", now)

        with pytest.raises(WrongCode):
            enter(marcel, code, now)
        assert queries.level_of(marcel, now=now) == 1

    def test_takes_a_code_once(self, marcel, now):
        code = send(marcel, now)
        enter(marcel, code, now)

        with pytest.raises(WrongCode):
            enter(marcel, code, now)
        assert IdentityProof.objects.filter(method="letter").count() == 1

    def test_refuses_a_neighbours_code(self, marcel, now):
        code = send(marcel, now)
        neighbour = register(now, family_name="Voisin")

        with pytest.raises(WrongCode):
            enter(neighbour, code, now)
        with pytest.raises(NotYours):
            letters.enter(user=marcel, code=code, actor=as_actor(neighbour), now=now)

    def test_ends_when_the_address_changes(self, marcel, now):
        enter(marcel, send(marcel, now), now)
        moved = replace(operations.profile_of(marcel), street="Rue de la Truite")
        operations.change_profile(user=marcel, profile=moved, actor=as_actor(marcel), now=now)

        assert queries.level_of(marcel, now=now) == 1

    def test_refuses_a_code_sent_to_an_older_address(self, marcel, now):
        code = send(marcel, now)
        moved = replace(operations.profile_of(marcel), street="Rue de la Truite")
        marcel = operations.change_profile(
            user=marcel, profile=moved, actor=as_actor(marcel), now=now
        )

        with pytest.raises(WrongCode):
            enter(marcel, code, now)

    @pytest.mark.django_db(transaction=True)
    def test_counts_three_tries_of_eight_at_once(self, marcel, now):
        send(marcel, now)

        def attempt(_):
            try:
                enter(marcel, "00000000", now)
            except WrongCode:
                return "wrong"
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as browsers:
            assert list(browsers.map(attempt, range(8))) == ["wrong"] * 8

        assert LetterCode.objects.get().tries == 3
