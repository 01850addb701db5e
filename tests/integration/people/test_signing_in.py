from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connections

from tests.people import PASSWORD, as_actor, browser, register
from visavis.foundation import codes
from visavis.foundation.throttles import TooMany
from visavis.journal.models import Entry
from visavis.people import limits, queries, refusals, rules, second_factor, signing_in
from visavis.people.models import User

pytestmark = pytest.mark.django_db


class TestByPassword:
    @pytest.mark.parametrize("typed", ["number", "spoken", "email", "EMAIL"])
    def test_opens_by_number_or_address(self, elodie, now, typed):
        login = {
            "number": elodie.number,
            "spoken": codes.spoken(elodie.number),
            "email": elodie.email,
            "EMAIL": f" {elodie.email.upper()} ",
        }[typed]

        assert (
            signing_in.by_password(login=login, password=PASSWORD, actor=browser(), now=now)
            == elodie
        )
        assert Entry.objects.get(what="people.identified").subject == f"person:{elodie.name}"

    def test_opens_by_mobile_number_as_typed(self, canton, now):
        user = register(now, "+41785550101")

        found = signing_in.by_password(
            login="078 555 01 01", password=PASSWORD, actor=browser(), now=now
        )

        assert found == user

    def test_two_who_share_an_address_each_get_their_own_account(self, elodie, now):
        User.objects.filter(pk=elodie.pk).update(email_confirmed_at=now)
        husband = register(now, "elodie@example.ch", password="moulin-etoile-biene-5")

        def account(password):
            return signing_in.by_password(
                login="elodie@example.ch", password=password, actor=browser(), now=now
            )

        assert (account(PASSWORD), account("moulin-etoile-biene-5")) == (elodie, husband)

    @pytest.mark.parametrize(
        ("login", "password"),
        [
            pytest.param("elodie@example.ch", "wrong", id="wrong password"),
            pytest.param("nobody@example.ch", PASSWORD, id="no such address"),
            pytest.param("482913756", PASSWORD, id="no such number"),
            pytest.param("p-abc", PASSWORD, id="nothing one signs in with"),
            pytest.param("", "", id="nothing"),
        ],
    )
    def test_never_says_which_was_wrong(self, elodie, now, login, password):
        with pytest.raises(refusals.WrongCredentials) as refusal:
            signing_in.by_password(login=login, password=password, actor=browser(), now=now)

        assert str(refusal.value) == ""

    def test_refuses_a_closed_account(self, elodie, now):
        User.objects.filter(pk=elodie.pk).update(closed_at=now)

        with pytest.raises(refusals.WrongCredentials):
            signing_in.by_password(login=elodie.number, password=PASSWORD, actor=browser(), now=now)

    def test_refuses_an_opaque_name(self, elodie, now):
        with pytest.raises(refusals.WrongCredentials):
            signing_in.by_password(login=elodie.name, password=PASSWORD, actor=browser(), now=now)

    def test_stops_after_five_tries_from_here_but_not_elsewhere(self, elodie, now):
        for _ in range(5):
            with pytest.raises(refusals.WrongCredentials):
                signing_in.by_password(login=elodie.number, password="x", actor=browser(), now=now)

        with pytest.raises(TooMany):
            signing_in.by_password(login=elodie.number, password=PASSWORD, actor=browser(), now=now)
        assert signing_in.by_password(
            login=elodie.number, password=PASSWORD, actor=browser("at home"), now=now
        )

    def test_stops_many_browsers_together(self, elodie, now):
        for number in range(30):
            with pytest.raises(refusals.WrongCredentials):
                signing_in.by_password(
                    login=elodie.number, password="x", actor=browser(str(number)), now=now
                )

        with pytest.raises(TooMany):
            signing_in.by_password(
                login=codes.spoken(elodie.number), password=PASSWORD, actor=browser("31"), now=now
            )

    def test_counts_a_visit_and_its_device_not_an_address(self, elodie, now, monkeypatch):
        monkeypatch.setitem(limits.SIGN_INS, "device", (1, limits.HOUR))

        def at(device):
            return replace(browser(), visit=uuid4(), device=device)

        opened = {"login": elodie.number, "password": PASSWORD, "now": now}
        assert signing_in.by_password(**opened, actor=at("one"))
        assert signing_in.by_password(**opened, actor=at("two"))
        with pytest.raises(TooMany):
            signing_in.by_password(**opened, actor=at("one"))


class TestByPrintedCode:
    def test_opens_once_with_each_code(self, paul, now):
        first, second, *_ = second_factor.recovery_codes(paul)
        typed = f"{first[:4]} {first[4:]}"

        assert (
            signing_in.by_printed_code(login=paul.number, code=typed, actor=browser(), now=now)
            == paul
        )
        with pytest.raises(refusals.WrongCredentials):
            signing_in.by_printed_code(login=paul.number, code=first, actor=browser(), now=now)
        assert signing_in.by_printed_code(login=paul.number, code=second, actor=browser(), now=now)
        assert second_factor.recovery_codes_left(paul) == 6

    @pytest.mark.django_db(transaction=True)
    def test_a_code_typed_four_times_at_once_opens_once(self, paul):
        code = second_factor.recovery_codes(paul)[0]

        def tap(_number: int) -> bool:
            try:
                return second_factor.use_recovery_code(paul, code)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as threads:
            assert sum(threads.map(tap, range(4))) == 1

    def test_refuses_the_neighbours_code(self, paul, elodie, now):
        code = second_factor.recovery_codes(paul)[0]

        with pytest.raises(refusals.WrongCredentials):
            signing_in.by_printed_code(login=elodie.number, code=code, actor=browser(), now=now)

    def test_new_codes_make_the_old_sheet_void(self, paul, now):
        old = second_factor.recovery_codes(paul)

        new = signing_in.new_printed_codes(user=paul, actor=as_actor(paul), now=now)

        assert len(new) == 8
        assert not set(old) & set(new)

    def test_new_codes_are_refused_to_the_neighbour(self, paul, elodie, now):
        with pytest.raises(refusals.NotYours):
            signing_in.new_printed_codes(user=paul, actor=as_actor(elodie), now=now)

    def test_the_codes_cannot_be_read_from_the_database(self, paul):
        from allauth.mfa.models import Authenticator

        stored = str(Authenticator.objects.get(user=paul).data)

        assert not any(code in stored for code in second_factor.recovery_codes(paul))


class TestAllowCode:
    def test_names_the_owner_of_a_confirmed_address_only(self, elodie, now):
        contact = rules.Contact(rules.ContactKind.MAIL, elodie.email)
        assert signing_in.allow_code(contact=contact, actor=browser(), now=now) is None

        User.objects.filter(pk=elodie.pk).update(email_confirmed_at=now)

        assert signing_in.allow_code(contact=contact, actor=browser(), now=now) == elodie

    def test_counts_unknown_addresses_like_known_ones(self, canton, now):
        contact = rules.Contact(rules.ContactKind.SMS, "+41785550199")
        for number in range(5):
            signing_in.allow_code(contact=contact, actor=browser(str(number)), now=now)

        with pytest.raises(TooMany):
            signing_in.allow_code(contact=contact, actor=browser("6"), now=now)


class TestChangePassword:
    def test_needs_the_old_one(self, elodie, as_elodie, now):
        new = {"user": elodie, "password": "cloche-alpe-genepi-2", "actor": as_elodie, "now": now}
        with pytest.raises(refusals.WrongCredentials):
            signing_in.change_password(**new, current="wrong")

        signing_in.change_password(**new, current=PASSWORD)

        elodie.refresh_from_db()
        assert elodie.check_password("cloche-alpe-genepi-2")
        assert Entry.objects.filter(what="people.password_changed").count() == 1

    def test_refuses_a_weak_one_and_says_why(self, elodie, as_elodie, now):
        with pytest.raises(refusals.WeakPassword) as refusal:
            signing_in.change_password(
                user=elodie, password="1234567", current=PASSWORD, actor=as_elodie, now=now
            )

        assert len(refusal.value.reasons) == 2

    def test_refuses_the_neighbour(self, elodie, paul, now):
        with pytest.raises(refusals.NotYours):
            signing_in.change_password(
                user=elodie,
                password="cloche-alpe-genepi-2",
                current=None,
                actor=as_actor(paul),
                now=now,
            )


class TestSecondFactor:
    @pytest.fixture
    def with_app(self, elodie):
        second_factor.set_up_totp(elodie, second_factor.new_secret())
        return elodie

    def test_takes_the_code_of_the_app_once(self, with_app, now):
        with time_machine.travel(now, tick=False):
            code = second_factor.current_code(with_app)
            signing_in.by_second_factor(user=with_app, code=code, actor=browser(), now=now)

            with pytest.raises(refusals.WrongCredentials):
                signing_in.by_second_factor(user=with_app, code=code, actor=browser(), now=now)

    def test_takes_the_code_of_half_a_minute_ago_but_none_before_the_last(self, with_app, now):
        shown = []
        for seconds in (0, 30):
            with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
                shown.append(second_factor.current_code(with_app))

        with time_machine.travel(now + timedelta(seconds=45), tick=False):
            said = {"user": with_app, "actor": browser(), "now": now}
            signing_in.by_second_factor(**said, code=shown[1])
            with pytest.raises(refusals.WrongCredentials):
                signing_in.by_second_factor(**said, code=shown[0])

        with time_machine.travel(now + timedelta(seconds=80), tick=False):
            later = second_factor.current_code(with_app)
        with time_machine.travel(now + timedelta(seconds=115), tick=False):
            signing_in.by_second_factor(user=with_app, code=later, actor=browser(), now=now)

    def test_refuses_an_old_code_and_a_wrong_one(self, with_app, now):
        with time_machine.travel(now, tick=False):
            code = second_factor.current_code(with_app)
        with time_machine.travel(now + timedelta(minutes=5), tick=False):
            for tried in (code, "000000x", ""):
                with pytest.raises(refusals.WrongCredentials):
                    signing_in.by_second_factor(user=with_app, code=tried, actor=browser(), now=now)

    def test_stops_after_five_tries(self, with_app, now):
        for _ in range(5):
            with pytest.raises(refusals.WrongCredentials):
                signing_in.by_second_factor(user=with_app, code="x", actor=browser(), now=now)

        with pytest.raises(TooMany):
            signing_in.by_second_factor(user=with_app, code="x", actor=browser(), now=now)

    def test_refuses_who_has_no_app(self, paul, now):
        with pytest.raises(refusals.WrongCredentials):
            signing_in.by_second_factor(user=paul, code="123456", actor=browser(), now=now)

    def test_is_set_up_only_with_a_code_of_the_secret(self, elodie, as_elodie, now):
        secret = second_factor.new_secret()
        said = {"user": elodie, "secret": secret, "actor": as_elodie, "now": now}
        with pytest.raises(refusals.WrongCredentials):
            signing_in.set_up_second_factor(**said, code="x")
        assert not second_factor.has_totp(elodie)

        signing_in.set_up_second_factor(**said, code=code_of(secret))

        assert second_factor.has_totp(elodie)

    def test_is_not_set_up_by_the_neighbour(self, elodie, paul, now):
        secret = second_factor.new_secret()

        with pytest.raises(refusals.NotYours):
            signing_in.set_up_second_factor(
                user=elodie, secret=secret, code=code_of(secret), actor=as_actor(paul), now=now
            )


def code_of(secret):
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_more_than_three_unconfirmed_accounts_of_one_address_do_not_slow_the_login(canton, now):
    for number in range(5):
        register(now + timedelta(seconds=number), "family@example.ch")

    assert len(queries.accounts_named("family@example.ch")) == 3
