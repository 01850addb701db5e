from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tests.people import PASSWORD, as_actor, bring_terms, browser, make_canton, new_person, register
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.foundation.codes import is_number
from visavis.foundation.throttles import TooMany
from visavis.journal.models import Entry
from visavis.notices.models import Notice
from visavis.people import (
    export,
    limits,
    operations,
    queries,
    refusals,
    rules,
    second_factor,
)
from visavis.people.models import Agreement, IdentityProof, Role, User

pytestmark = pytest.mark.django_db
IN_FORCE = date(2022, 2, 10)


def journal(what):
    return Entry.objects.filter(what=what).count()


class TestRegister:
    def test_opens_an_account_of_level_one_with_the_agreement_of_the_day(self, canton, now):
        user = register(now, "Elodie@Example.ch", birth=rules.PartialDate(1961))

        assert (user.full_name, user.email, str(user.birth)) == (
            "Élodie Exemple",
            "elodie@example.ch",
            "1961",
        )
        assert is_number(user.number)
        assert user.name.startswith("p-")
        assert queries.level_of(user, now=now) == 1
        accepted = user.agreements.get()
        assert (accepted.version, accepted.channel, accepted.language) == (IN_FORCE, "web", "fr")
        assert accepted.text_hash == queries.agreement_text(IN_FORCE, language="fr").text_hash
        assert (journal("people.registered"), journal("people.agreed")) == (1, 1)

    def test_sends_a_code_to_the_address_which_stays_unconfirmed(self, canton, now):
        user = register(now, "078 555 01 01")

        assert (user.mobile, user.mobile_confirmed_at) == ("+41785550101", None)
        assert Notice.objects.get().address == "+41785550101"
        assert queries.waiting_contact(user, now=now) == rules.Contact(
            rules.ContactKind.SMS, user.mobile
        )

    def test_gives_printed_codes_to_who_has_neither(self, canton, now):
        user = register(now)

        assert len(second_factor.recovery_codes(user)) == 8
        assert not Notice.objects.exists()
        assert queries.waiting_contact(user, now=now) is None

    def test_writes_no_name_and_no_address_in_the_journal(self, canton, now):
        user = register(now, "elodie@example.ch")

        written = " ".join(
            f"{e.what} {e.subject} {e.actor} {e.details}" for e in Entry.objects.all()
        )
        for secret in ("Exemple", "elodie", user.number, "1961"):
            assert secret not in written

    def test_makes_one_account_however_often_the_form_is_sent(self, canton, now):
        key = uuid4()
        once = {
            "person": new_person(),
            "key": key,
            "agreed_to": IN_FORCE,
            "actor": browser(),
            "now": now,
        }

        first, again = operations.register(**once), operations.register(**once)

        assert first.pk == again.pk
        assert User.objects.count() == journal("people.registered") == 1

    def test_refuses_the_same_form_with_another_password(self, canton, now):
        key = uuid4()
        once = {"key": key, "agreed_to": IN_FORCE, "actor": browser(), "now": now}
        operations.register(person=new_person(), **once)

        with pytest.raises(refusals.RegistrationUsed):
            operations.register(person=new_person(password="another-good-one"), **once)

    @pytest.mark.parametrize(
        ("said", "refusal"),
        [
            pytest.param({"given_name": " "}, refusals.NameMissing, id="no first name"),
            pytest.param({"family_name": "x" * 101}, refusals.NameMissing, id="name too long"),
            pytest.param(
                {"birth": rules.PartialDate(2030)}, refusals.NotBorn, id="born in the future"
            ),
            pytest.param(
                {"birth": rules.PartialDate(1889)}, refusals.NotBorn, id="too old to live"
            ),
            pytest.param({"password": "short-one"}, refusals.WeakPassword, id="nine characters"),
            pytest.param({"password": "password123"}, refusals.WeakPassword, id="well known"),
        ],
    )
    def test_refuses_what_cannot_be(self, canton, now, said, refusal):
        with pytest.raises(refusal):
            register(now, **said)

        assert not User.objects.exists()

    def test_refuses_terms_that_are_no_longer_in_force(self, canton, now):
        with pytest.raises(refusals.AgreementOutdated):
            operations.register(
                person=new_person(),
                key=uuid4(),
                agreed_to=date(2021, 1, 1),
                actor=browser(),
                now=now,
            )

    def test_lets_an_address_be_typed_that_is_confirmed_elsewhere_and_says_so_only_there(
        self, elodie, now
    ):
        User.objects.filter(pk=elodie.pk).update(email_confirmed_at=now)

        other = register(now, "elodie@example.ch", actor=browser("two"))

        assert other.email == "elodie@example.ch"
        assert [n.template for n in Notice.objects.order_by("id")] == [
            "contact-code",
            "contact-known",
        ]
        assert not any(char.isdigit() for char in Notice.objects.last().body)

    def test_registers_twenty_people_in_ten_minutes_from_one_device(self, canton, now):
        for number in range(20):
            visit = Actor(
                kind=Kind.CITIZEN,
                name=f"visit:{number}",
                channel=Channel.KIOSK,
                visit=uuid4(),
                device="kiosk-1",
            )
            register(now + timedelta(seconds=30 * number), f"078 555 01 {number:02d}", actor=visit)

        assert User.objects.count() == 20

    def test_stops_a_machine_in_one_browser(self, canton, now, monkeypatch):
        monkeypatch.setitem(limits.REGISTRATIONS, "browser", (2, limits.HOUR))
        register(now)
        register(now)

        with pytest.raises(TooMany):
            register(now)

    def test_draws_another_number_when_one_is_taken(self, elodie, now, monkeypatch):
        numbers = iter([elodie.number, elodie.number, "100000009"])
        monkeypatch.setattr(operations.codes, "new_number", lambda: next(numbers))

        assert register(now).number == "100000009"


@pytest.mark.django_db(transaction=True)
def test_ten_simultaneous_taps_open_one_account(now):
    make_canton(now)
    once = {
        "person": new_person(),
        "key": uuid4(),
        "agreed_to": IN_FORCE,
        "actor": browser(),
        "now": now,
    }

    def tap(_):
        try:
            return operations.register(**once).name
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as taps:
        names = set(taps.map(tap, range(10)))

    assert len(names) == User.objects.count() == Agreement.objects.count() == 1


class TestRegisteredBefore:
    def test_finds_the_account_whose_answer_was_lost(self, canton, now):
        key = uuid4()
        user = operations.register(
            person=new_person(), key=key, agreed_to=IN_FORCE, actor=browser(), now=now
        )

        found = operations.registered_before(
            key=key, password=PASSWORD, actor=browser("two"), now=now
        )

        assert found.pk == user.pk

    @pytest.mark.parametrize("password", [PASSWORD, "wrong"])
    def test_refuses_a_key_that_made_nothing(self, canton, now, password):
        with pytest.raises(refusals.RegistrationUsed):
            operations.registered_before(key=uuid4(), password=password, actor=browser(), now=now)


class TestAcceptAgreement:
    def test_a_new_version_is_asked_for_again(self, canton, elodie, as_elodie, now):
        bring_terms(canton, "2026-10-01")
        assert not queries.has_agreed(elodie, now=now)

        operations.accept_agreement(
            user=elodie, version=date(2026, 10, 1), language="de", actor=as_elodie, now=now
        )

        assert queries.has_agreed(elodie, now=now)
        assert elodie.agreements.count() == 2

    def test_a_version_of_the_future_does_not_count_yet(self, canton, elodie, now):
        bring_terms(canton, "2027-01-01")

        assert queries.has_agreed(elodie, now=now)
        assert queries.agreement_in_force(now=now) == IN_FORCE

    def test_again_changes_nothing(self, elodie, as_elodie, now):
        again = {
            "user": elodie,
            "version": IN_FORCE,
            "language": "it",
            "actor": as_elodie,
            "now": now,
        }

        assert operations.accept_agreement(**again).language == "fr"
        assert journal("people.agreed") == 1

    def test_refuses_an_old_version(self, elodie, as_elodie, now):
        with pytest.raises(refusals.AgreementOutdated):
            operations.accept_agreement(
                user=elodie, version=date(2020, 1, 1), language="fr", actor=as_elodie, now=now
            )

    def test_refuses_the_neighbour(self, elodie, paul, now):
        with pytest.raises(refusals.NotYours):
            operations.accept_agreement(
                user=elodie, version=IN_FORCE, language="fr", actor=as_actor(paul), now=now
            )


class TestChangeProfile:
    def test_writes_what_changed_and_journals_only_the_names_of_fields(
        self, elodie, as_elodie, now
    ):
        profile = replace(operations.profile_of(elodie), street="Rue du Lac", commune=6757)

        user = operations.change_profile(user=elodie, profile=profile, actor=as_elodie, now=now)

        assert (user.street, user.commune) == ("Rue du Lac", 6757)
        assert Entry.objects.get(what="people.profile_changed").details == {
            "commune": True,
            "street": True,
        }

    def test_without_a_change_writes_nothing(self, elodie, as_elodie, now):
        same = operations.profile_of(elodie)

        operations.change_profile(user=elodie, profile=same, actor=as_elodie, now=now)

        assert not journal("people.profile_changed")

    def test_refuses_the_neighbour(self, elodie, paul, now):
        with pytest.raises(refusals.NotYours):
            operations.change_profile(
                user=elodie, profile=operations.profile_of(elodie), actor=as_actor(paul), now=now
            )

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            pytest.param({"family_name": ""}, refusals.NameMissing, id="no name"),
            pytest.param({"birth": rules.PartialDate(2050)}, refusals.NotBorn, id="not born"),
        ],
    )
    def test_refuses_what_cannot_be(self, elodie, as_elodie, now, change, refusal):
        profile = replace(operations.profile_of(elodie), **change)

        with pytest.raises(refusal):
            operations.change_profile(user=elodie, profile=profile, actor=as_elodie, now=now)

    def test_refuses_to_change_a_name_that_was_proven_but_not_the_address(
        self, elodie, as_elodie, system, now
    ):
        operations.prove_identity(
            user=elodie, method=rules.ProofMethod.BRANCH, level=3, actor=system, now=now
        )
        profile = operations.profile_of(elodie)

        with pytest.raises(refusals.NameProven):
            operations.change_profile(
                user=elodie, profile=replace(profile, family_name="Autre"), actor=as_elodie, now=now
            )
        moved = replace(profile, street="Rue du Lac")
        assert operations.change_profile(
            user=elodie, profile=moved, actor=as_elodie, now=now
        ).street


class TestProveIdentity:
    def test_raises_the_level_until_the_proof_expires(self, elodie, system, now):
        operations.prove_identity(
            user=elodie,
            method=rules.ProofMethod.BRANCH,
            level=3,
            document_kind=rules.DocumentKind.PASSPORT,
            expires_on=now.date() + timedelta(days=10),
            actor=system,
            now=now,
        )

        assert queries.level_of(elodie, now=now) == 3
        assert queries.level_of(elodie, now=now + timedelta(days=11)) == 1

    def test_refuses_a_level_that_the_method_does_not_reach(self, elodie, system, now):
        with pytest.raises(ValueError, match="at most level 1"):
            operations.prove_identity(
                user=elodie, method=rules.ProofMethod.DECLARED, level=2, actor=system, now=now
            )

    def test_refuses_citizens_and_oneself(self, elodie, paul, now):
        oneself = replace(as_actor(elodie), kind=Kind.CLERK)
        for actor in (as_actor(paul), oneself):
            with pytest.raises(refusals.NotYours):
                operations.prove_identity(
                    user=elodie, method=rules.ProofMethod.BRANCH, level=3, actor=actor, now=now
                )


class TestQueries:
    def test_nobody_unknown_has_a_level_or_a_role(self, now):
        from django.contrib.auth.models import AnonymousUser

        assert queries.level_of(AnonymousUser(), now=now) == 0
        assert queries.roles_of(AnonymousUser(), now=now) == frozenset()
        assert not queries.has_agreed(AnonymousUser(), now=now)

    def test_nothing_is_sent_to_an_unconfirmed_address(self, elodie, now):
        elodie.notify_by = rules.NotifyBy.MAIL
        elodie.save()
        assert queries.reach_of(elodie.name).channel is rules.NotifyBy.COUNTER

        elodie.email_confirmed_at = now
        elodie.save()

        assert queries.reach_of(elodie.name) == queries.Reach(
            rules.NotifyBy.MAIL, "elodie@example.ch", "fr"
        )

    def test_a_letter_needs_an_address(self, paul):
        paul.notify_by = rules.NotifyBy.LETTER
        paul.save()
        assert queries.reach_of(paul.name).channel is rules.NotifyBy.COUNTER

        paul.street, paul.house_number, paul.postal_code, paul.locality = (
            "Rue",
            "4",
            "2350",
            "Saignelégier",
        )
        paul.save()

        assert queries.reach_of(paul.name).address == "Paul Exemple\nRue 4\n2350 Saignelégier"

    def test_reach_of_nobody_is_none(self, db):
        assert queries.reach_of("p-nobody") is None

    def test_the_file_of_a_person_holds_all_but_secrets(self, elodie):
        text = str(export.file_of(elodie))

        for kept in ("Exemple", "elodie@example.ch", elodie.number, "1961-04-12", "2022-02-10"):
            assert kept in text
        assert elodie.password not in text
        assert elodie.contact_codes.get().digest not in text


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        pytest.param(
            {"birth_month": None}, "people_birth_day_comes_with_month", id="day without month"
        ),
        pytest.param(
            {"birth_year": None, "birth_day": None},
            "people_birth_month_comes_with_year",
            id="month without year",
        ),
        pytest.param({"birth_month": 13}, "people_birth_is_in_the_calendar", id="month 13"),
        pytest.param(
            {"email": "", "email_confirmed_at": "now"},
            "people_confirmed_email_is_there",
            id="no mail",
        ),
        pytest.param(
            {"mobile_confirmed_at": "now"}, "people_confirmed_mobile_is_there", id="no mobile"
        ),
        pytest.param({"notify_by": "dove"}, "people_notify_by_is_known", id="by dove"),
    ],
)
def test_the_database_refuses_a_broken_account(elodie, now, change, constraint):
    values = {name: now if value == "now" else value for name, value in change.items()}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        User.objects.filter(pk=elodie.pk).update(**values)


def test_the_database_keeps_a_confirmed_address_in_one_account(elodie, paul, now):
    User.objects.filter(pk=elodie.pk).update(email_confirmed_at=now)

    with (
        pytest.raises(IntegrityError, match="one_account_per_confirmed_email"),
        transaction.atomic(),
    ):
        User.objects.filter(pk=paul.pk).update(email="ELODIE@example.ch", email_confirmed_at=now)


def test_the_database_keeps_a_confirmed_number_in_one_account(elodie, paul, now):
    both = User.objects.filter(pk__in=[elodie.pk, paul.pk])

    with (
        pytest.raises(IntegrityError, match="one_account_per_confirmed_mobile"),
        transaction.atomic(),
    ):
        both.update(mobile="+41785550101", mobile_confirmed_at=now)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        pytest.param({"level": 5}, "people_proof_level_is_1_to_4", id="level 5"),
        pytest.param({"method": "guess"}, "people_proof_method_is_known", id="guessed"),
        pytest.param(
            {"document_kind": "library"}, "people_proof_document_is_known", id="library card"
        ),
        pytest.param(
            {"expires_on": date(1999, 1, 1)},
            "people_proof_expires_after_it_began",
            id="expired before",
        ),
    ],
)
def test_the_database_refuses_a_broken_proof(elodie, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        IdentityProof.objects.filter(user=elodie).update(**change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        pytest.param({"role": "king"}, "people_role_is_known", id="king"),
        pytest.param({"organisation": ""}, "people_role_has_an_organisation", id="nowhere"),
        pytest.param(
            {"valid_until": date(1999, 1, 1)}, "people_role_ends_after_it_began", id="ended before"
        ),
    ],
)
def test_the_database_refuses_a_broken_role(elodie, now, change, constraint):
    role = Role(
        user=elodie,
        role="clerk",
        organisation="post",
        valid_from=now.date(),
        given_by="x",
        given_at=now,
    )
    for name, value in change.items():
        setattr(role, name, value)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        role.save()
