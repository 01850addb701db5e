import json
import random
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.authenticator import Authenticator
from tests.people import as_actor, browser
from visavis.foundation.throttles import TooMany
from visavis.journal.models import Entry
from visavis.notices.models import Notice
from visavis.people import (
    closing,
    export,
    followers,
    limits,
    passkey_rules,
    passkeys,
    refusals,
    second_factor,
    webauthn,
)
from visavis.people.models import User
from visavis.people.passkey_models import Passkey, PasskeyChallenge

pytestmark = pytest.mark.django_db


def kiosk_actor(**more):
    return replace(browser(), visit=uuid4(), device="saignelegier-kiosk", **more)


def give(user, device, now, name="My phone"):
    """Add a passkey, the honest way."""
    actor = as_actor(user)
    question = passkeys.begin_adding(user=user, actor=actor, now=now)
    return passkeys.add(
        user=user, challenge=question.challenge, answer=device.make(question.options),
        name=name, actor=actor, now=now,
    )  # fmt: skip


def use(device, now, actor=None, **changed):
    """Sign in by a passkey; `changed` is what the device is told after it was asked."""
    actor = actor or browser()
    question = passkeys.begin_signing_in(actor=actor, now=now)
    for name, value in changed.items():
        setattr(device, name, value)
    return passkeys.sign_in(
        challenge=question.challenge, answer=device.use(question.options), actor=actor, now=now
    )


@pytest.fixture
def phone():
    return Authenticator()


@pytest.fixture
def with_passkey(elodie, phone, now):
    return give(elodie, phone, now)


class TestAdding:
    def test_asks_for_one_that_names_its_owner_and_checks_who_holds_it(self, elodie, now):
        question = passkeys.begin_adding(user=elodie, actor=as_actor(elodie), now=now)

        options = question.options
        assert options["rp"]["id"] == "localhost"
        assert options["attestation"] == "none"
        assert options["user"]["name"] == elodie.number
        assert options["authenticatorSelection"] == {
            "residentKey": "required", "userVerification": "required", "requireResidentKey": True,
        }  # fmt: skip
        assert json.loads(json.dumps(options)) == options

    def test_keeps_the_public_half_and_writes_it_in_the_journal(self, with_passkey, elodie):
        assert with_passkey.name == "My phone"
        assert with_passkey.sign_count == 1
        entry = Entry.objects.get(what="people.passkey_added")
        assert (entry.subject, entry.actor) == (f"person:{elodie.name}", elodie.name)

    def test_a_passkey_without_name_is_called_after_its_day(self, elodie, phone, now):
        assert give(elodie, phone, now, name=" ").name == f"{now:%d.%m.%Y}"

    def test_tells_the_owner_at_a_confirmed_address(self, elodie, phone, now):
        User.objects.filter(pk=elodie.pk).update(email_confirmed_at=now)
        elodie.refresh_from_db()

        give(elodie, phone, now)

        notice = Notice.objects.get(template="passkey-added")
        assert (notice.channel, notice.address) == ("mail", "elodie@example.ch")

    def test_tells_nobody_at_an_address_that_is_not_confirmed(self, with_passkey):
        assert not Notice.objects.filter(template="passkey-added").exists()

    def test_names_the_ones_that_are_there_so_that_no_device_makes_two(
        self, with_passkey, elodie, now
    ):
        question = passkeys.begin_adding(user=elodie, actor=as_actor(elodie), now=now)

        assert len(question.options["excludeCredentials"]) == 1

    @pytest.mark.parametrize(
        ("device", "refusal"),
        [
            pytest.param({"verifies": False}, refusals.NotVerified, id="nobody verified"),
            pytest.param({"origin": "http://localhost:8001"}, refusals.WrongOrigin, id="port"),
            pytest.param({"origin": "https://evil.example"}, refusals.WrongOrigin, id="origin"),
            pytest.param({"cross_origin": True}, refusals.WrongOrigin, id="in a foreign frame"),
            pytest.param({"host": "evil.example"}, refusals.PasskeyBroken, id="another RP"),
        ],
    )
    def test_refuses_what_is_not_right_and_keeps_nothing(self, elodie, now, device, refusal):
        with pytest.raises(refusal):
            give(elodie, Authenticator(**device), now)

        assert not Passkey.objects.exists()

    def test_refuses_a_name_longer_than_any_device_gives(self, elodie, now):
        longest = Authenticator(credential_id=bytes(range(256)) * 3 + bytes(255))
        assert give(elodie, longest, now)

        for length in (1024, 3000):  # the database's index holds no 3000 random bytes
            with pytest.raises(refusals.PasskeyBroken):
                give(elodie, Authenticator(credential_id=random.randbytes(length)), now)

    @pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "x" * 20_000, '{"id": 1}'])
    def test_refuses_what_cannot_be_read(self, elodie, now, answer):
        actor = as_actor(elodie)
        question = passkeys.begin_adding(user=elodie, actor=actor, now=now)

        with pytest.raises(refusals.PasskeyBroken):
            passkeys.add(
                user=elodie, challenge=question.challenge, answer=answer, name="", actor=actor,
                now=now,
            )  # fmt: skip

    def test_refuses_the_same_answer_twice(self, elodie, phone, now):
        actor = as_actor(elodie)
        question = passkeys.begin_adding(user=elodie, actor=actor, now=now)
        answer = {
            "challenge": question.challenge, "answer": phone.make(question.options), "name": "x"
        }  # fmt: skip
        passkeys.add(user=elodie, **answer, actor=actor, now=now)

        with pytest.raises(refusals.ChallengeOver):
            passkeys.add(user=elodie, **answer, actor=actor, now=now)

    def test_refuses_a_passkey_that_is_somebody_elses(self, with_passkey, paul, phone, now):
        with pytest.raises(refusals.PasskeyKnown):
            give(paul, phone, now)

        assert with_passkey.user_id != paul.pk

    def test_refuses_one_too_many(self, elodie, now):
        for number in range(passkey_rules.MOST):
            give(elodie, Authenticator(credential_id=bytes([number])), now)

        with pytest.raises(refusals.TooManyPasskeys):
            passkeys.begin_adding(user=elodie, actor=as_actor(elodie), now=now)

    def test_no_passkey_is_made_at_a_shared_device(self, elodie, now):
        there = kiosk_actor(name=elodie.name)

        with pytest.raises(refusals.SharedDevice):
            passkeys.begin_adding(user=elodie, actor=there, now=now)
        with pytest.raises(refusals.SharedDevice):
            passkeys.add(user=elodie, challenge=None, answer="", name="", actor=there, now=now)

    def test_nobody_adds_one_to_another_account(self, elodie, paul, now):
        with pytest.raises(refusals.NotYours):
            passkeys.begin_adding(user=elodie, actor=as_actor(paul), now=now)
        with pytest.raises(refusals.NotYours):
            passkeys.add(
                user=elodie, challenge=None, answer="", name="", actor=as_actor(paul), now=now
            )

    def test_none_is_added_to_an_account_that_was_closed_meanwhile(self, elodie, phone, now):
        actor, as_before = as_actor(elodie), User.objects.get(pk=elodie.pk)
        question = passkeys.begin_adding(user=elodie, actor=actor, now=now)
        closing.close_account(user=elodie, actor=actor, now=now)

        with pytest.raises(refusals.NotYours):
            passkeys.add(
                user=as_before, challenge=question.challenge, answer=phone.make(question.options),
                name="", actor=actor, now=now,
            )  # fmt: skip
        assert not Passkey.objects.exists()


class TestSigningIn:
    def test_opens_the_account(self, with_passkey, elodie, phone, now):
        assert use(phone, now) == elodie

        with_passkey.refresh_from_db()
        assert (with_passkey.sign_count, with_passkey.last_used_at) == (2, now)
        assert Entry.objects.get(what="people.identified").details == {"by": "passkey"}

    def test_asks_for_any_passkey_of_this_counter_and_says_no_account(self, with_passkey, now):
        options = passkeys.begin_signing_in(actor=browser(), now=now).options

        assert options["rpId"] == "localhost"
        assert options["userVerification"] == "required"
        assert "allowCredentials" not in options
        assert "hints" not in options

    def test_a_device_that_never_counts_is_taken_every_time(self, elodie, now):
        synced = Authenticator(counts=False, backed_up=True)
        give(elodie, synced, now)

        assert [use(synced, now), use(synced, now)] == [elodie, elodie]
        assert Passkey.objects.get().is_backed_up

    @pytest.mark.parametrize(
        ("changed", "refusal"),
        [
            pytest.param({"verifies": False}, refusals.NotVerified, id="nobody verified"),
            pytest.param({"origin": "http://localhost"}, refusals.WrongOrigin, id="origin"),
            pytest.param({"cross_origin": True}, refusals.WrongOrigin, id="in a foreign frame"),
            pytest.param({"host": "evil.example"}, refusals.PasskeyBroken, id="another RP"),
            pytest.param({"credential_id": b"?"}, refusals.PasskeyUnknown, id="unknown"),
            pytest.param({"owner": b"p-another"}, refusals.PasskeyUnknown, id="another owner"),
            pytest.param({"key": Authenticator().key}, refusals.PasskeyBroken, id="another key"),
            pytest.param({"count": 0}, refusals.CounterWentBack, id="counter stands still"),
        ],
    )
    def test_refuses_what_is_not_right(self, with_passkey, phone, now, changed, refusal):
        with pytest.raises(refusal):
            use(phone, now, **changed)

        assert not Entry.objects.filter(what="people.identified").exists()

    def test_refuses_somebody_elses_key_under_ones_own_credential(
        self, with_passkey, paul, elodie, now
    ):
        other = Authenticator(credential_id=b"pauls")
        give(paul, other, now)

        with pytest.raises(refusals.PasskeyBroken):
            use(other, now, credential_id=b"one-credential-id", owner=elodie.name.encode())

    def test_refuses_one_that_is_taken_away_at_this_very_moment(
        self, with_passkey, phone, now, monkeypatch
    ):
        check = webauthn.check

        def taken_away(*given, **more):
            Passkey.objects.all().delete()
            return check(*given, **more)

        monkeypatch.setattr(webauthn, "check", taken_away)

        with pytest.raises(refusals.PasskeyUnknown):
            use(phone, now)

    def test_a_counter_that_went_back_is_written_down(self, with_passkey, elodie, phone, now):
        use(phone, now)

        with pytest.raises(refusals.CounterWentBack):
            use(phone, now, count=0)

        entry = Entry.objects.get(what="people.passkey_counted_back")
        assert entry.subject == f"person:{elodie.name}"
        with_passkey.refresh_from_db()
        assert with_passkey.sign_count == 2

    def test_refuses_a_replay(self, with_passkey, phone, now):
        question = passkeys.begin_signing_in(actor=browser(), now=now)
        answer = {"challenge": question.challenge, "answer": phone.use(question.options)}
        passkeys.sign_in(**answer, actor=browser(), now=now)

        with pytest.raises(refusals.ChallengeOver):
            passkeys.sign_in(**answer, actor=browser(), now=now)

    def test_refuses_an_answer_to_another_question(self, with_passkey, phone, now):
        first, second = (passkeys.begin_signing_in(actor=browser(), now=now) for _ in range(2))

        with pytest.raises(refusals.PasskeyBroken):
            passkeys.sign_in(
                challenge=second.challenge, answer=phone.use(first.options), actor=browser(),
                now=now,
            )  # fmt: skip

    @pytest.mark.parametrize(
        ("actor", "later"),
        [
            pytest.param(browser(), passkey_rules.CHALLENGE_LIVES, id="too late"),
            pytest.param(browser("another"), timedelta(0), id="another browser"),
        ],
    )
    def test_a_challenge_is_one_browsers_for_five_minutes(
        self, with_passkey, phone, now, actor, later
    ):
        question = passkeys.begin_signing_in(actor=browser(), now=now)

        with pytest.raises(refusals.ChallengeOver):
            passkeys.sign_in(
                challenge=question.challenge, answer=phone.use(question.options), actor=actor,
                now=now + later,
            )  # fmt: skip

    def test_a_challenge_to_make_one_is_none_to_use_one(self, with_passkey, elodie, phone, now):
        actor = as_actor(elodie)
        question = passkeys.begin_adding(user=elodie, actor=actor, now=now)

        with pytest.raises(refusals.ChallengeOver):
            passkeys.sign_in(
                challenge=question.challenge, answer=phone.use(question.options), actor=actor,
                now=now,
            )  # fmt: skip

    def test_old_challenges_are_forgotten(self, canton, now):
        passkeys.begin_signing_in(actor=browser(), now=now)

        followers.forget_old_challenges(now + passkey_rules.CHALLENGE_LIVES - timedelta(seconds=1))
        assert PasskeyChallenge.objects.exists()
        followers.forget_old_challenges(now + passkey_rules.CHALLENGE_LIVES)
        assert not PasskeyChallenge.objects.exists()

    def test_counts_the_tries_with_one_passkey(self, with_passkey, phone, now):
        for _ in range(limits.TRIES_HERE[0]):
            use(phone, now)

        with pytest.raises(TooMany):
            use(phone, now)

    def test_counts_the_questions_from_here(self, canton, now):
        for _ in range(limits.SIGN_INS["browser"][0]):
            passkeys.begin_signing_in(actor=browser(), now=now)

        with pytest.raises(TooMany):
            passkeys.begin_signing_in(actor=browser(), now=now)
        assert passkeys.begin_signing_in(actor=browser("another"), now=now)


class TestAtASharedDevice:
    def test_the_browser_is_asked_for_a_phone_or_a_security_key(self, canton, now):
        options = passkeys.begin_signing_in(actor=kiosk_actor(), now=now).options

        assert options["hints"] == ["hybrid", "security-key"]

    def test_ones_own_phone_opens(self, with_passkey, elodie, phone, now):
        assert use(phone, now, kiosk_actor(), attachment="cross-platform") == elodie

    @pytest.mark.parametrize("attachment", ["platform", None, "made-up"])
    def test_a_passkey_on_the_device_itself_does_not(self, with_passkey, phone, now, attachment):
        with pytest.raises(refusals.NotOwnDevice):
            use(phone, now, kiosk_actor(), attachment=attachment)


class TestRemoving:
    def test_takes_it_away(self, with_passkey, elodie, phone, now):
        second_factor.new_recovery_codes(elodie)

        for _ in range(2):  # two taps
            passkeys.remove(
                user=elodie, passkey_id=with_passkey.pk, actor=as_actor(elodie), now=now
            )

        assert Entry.objects.filter(what="people.passkey_removed").count() == 1
        with pytest.raises(refusals.PasskeyUnknown):
            use(phone, now)

    def test_warns_before_only_the_password_remains(self, with_passkey, elodie, now):
        one = {"user": elodie, "passkey_id": with_passkey.pk, "actor": as_actor(elodie)}

        with pytest.raises(refusals.LastWayIn):
            passkeys.remove(**one, now=now)
        passkeys.remove(**one, is_sure=True, now=now)

        assert not Passkey.objects.exists()

    def test_nobody_takes_away_anothers(self, with_passkey, elodie, paul, now):
        with pytest.raises(refusals.NotYours):
            passkeys.remove(user=elodie, passkey_id=with_passkey.pk, actor=as_actor(paul), now=now)
        passkeys.remove(user=paul, passkey_id=with_passkey.pk, actor=as_actor(paul), now=now)

        assert Passkey.objects.filter(pk=with_passkey.pk).exists()


def test_a_closed_account_has_no_passkeys(with_passkey, elodie, phone, now):
    closing.close_account(user=elodie, actor=as_actor(elodie), now=now)

    assert not Passkey.objects.exists()
    with pytest.raises(refusals.PasskeyUnknown):
        use(phone, now)


def test_the_owner_reads_of_them_in_their_file(with_passkey, elodie, now):
    (kept,) = export.file_of(elodie)["passkeys"]

    assert kept == {"name": "My phone", "added_at": now.isoformat(), "last_used_at": None}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("name", "", id="no name"),
        pytest.param("sign_count", 2**32, id="more than a counter holds"),
    ],
)
def test_the_database_refuses_what_cannot_be(with_passkey, field, value):
    setattr(with_passkey, field, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        with_passkey.save()
