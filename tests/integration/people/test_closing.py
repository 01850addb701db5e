import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.people import PASSWORD, as_actor, browser
from visavis.foundation.actor import Actor
from visavis.journal.models import Entry
from visavis.people import (
    closing,
    export,
    letters,
    operations,
    refusals,
    rules,
    second_factor,
    signing_in,
    staff,
)
from visavis.people.models import Agreement, IdentityProof, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(elodie, as_elodie, system, now):
    User.objects.filter(pk=elodie.pk).update(
        street="Rue", house_number="1", postal_code="2350", locality="Saignelégier"
    )
    elodie.refresh_from_db()
    letters.send(user=elodie, actor=as_elodie, now=now)
    second_factor.new_recovery_codes(elodie)
    operations.prove_identity(
        user=elodie, method=rules.ProofMethod.BRANCH, level=3, actor=system, now=now
    )
    closing.close_account(user=elodie, actor=as_elodie, now=now)
    elodie.refresh_from_db()
    return elodie


class TestCloseAccount:
    def test_empties_what_it_says_of_the_person(self, closed, now):
        said = {name: value for name, value in export.file_of(closed)["account"].items() if value}

        assert set(said) == {
            "number", "country", "language", "notify_by", "registered_at", "registered_channel"
        }  # fmt: skip
        assert closed.closed_at == now

    def test_takes_away_every_way_in_and_every_proof(self, closed, now):
        kept = export.file_of(closed)

        assert not any(kept[name] for name in ("proofs_of_identity", "confirmation_codes", "letters", "passkeys"))  # fmt: skip
        assert not IdentityProof.objects.exists()
        assert second_factor.recovery_codes_left(closed) == 0
        assert not closed.check_password(PASSWORD)
        with pytest.raises(refusals.WrongCredentials):
            signing_in.by_password(login=closed.number, password=PASSWORD, actor=browser(), now=now)

    def test_keeps_the_number_and_the_agreement(self, closed):
        assert closed.number
        assert Agreement.objects.filter(user=closed).exists()

    def test_is_written_down_and_announced_without_a_name(self, closed):
        entry = Entry.objects.get(what="people.closed")
        assert entry.subject == f"person:{closed.name}"
        job = ProcrastinateJob.objects.get(args__what="person.closed")
        assert job.args["subject"] == f"person:{closed.name}"

    def test_is_refused_to_staff_until_their_roles_end(self, elodie, as_elodie, now):
        staff.give_role(
            user=elodie, role=rules.RoleName.CLERK, organisation="post", site="",
            actor=Actor.system("tests"), now=now,
        )  # fmt: skip

        with pytest.raises(refusals.StillStaff):
            closing.close_account(user=elodie, actor=as_elodie, now=now)

    def test_nobody_closes_anothers(self, elodie, paul, now):
        with pytest.raises(refusals.NotYours):
            closing.close_account(user=elodie, actor=as_actor(paul), now=now)
