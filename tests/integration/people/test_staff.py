from dataclasses import replace
from datetime import timedelta

import pytest

from tests.people import as_actor
from visavis.foundation.actor import Kind
from visavis.journal.models import Entry
from visavis.people import queries, refusals, rules, staff
from visavis.people.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(paul):
    return replace(as_actor(paul), kind=Kind.OPERATOR, roles=frozenset({"operator@canton"}))


class TestRoles:
    def test_are_held_from_the_day_they_are_given_until_they_end(self, elodie, operator, now):
        given = {"user": elodie, "actor": operator, "now": now}
        staff.give_role(
            role=rules.RoleName.CLERK, organisation="post", site="saignelegier", **given
        )
        staff.give_role(role=rules.RoleName.OFFICER, organisation="environment", **given)
        assert queries.roles_of(elodie, now=now) == {
            "clerk@post/saignelegier",
            "officer@environment",
        }

        staff.end_role(
            role=Role.objects.get(role="clerk"), actor=operator, now=now + timedelta(days=1)
        )

        assert queries.roles_of(elodie, now=now + timedelta(days=1)) == {"officer@environment"}
        assert Entry.objects.get(what="people.role_ended").details["site"] == "saignelegier"

    def test_end_on_their_last_day(self, elodie, operator, now):
        until = now.date() + timedelta(days=30)
        staff.give_role(
            user=elodie, role=rules.RoleName.CLERK, organisation="post", valid_until=until,
            actor=operator, now=now,
        )  # fmt: skip

        assert queries.roles_of(elodie, now=now + timedelta(days=29))
        assert not queries.roles_of(elodie, now=now + timedelta(days=30))

    def test_given_twice_are_held_once(self, elodie, operator, now):
        for _ in range(2):
            staff.give_role(
                user=elodie, role=rules.RoleName.CLERK, organisation="post", actor=operator, now=now
            )

        assert Role.objects.count() == 1

    def test_are_not_given_by_citizens_officers_or_to_oneself(self, elodie, paul, operator, now):
        officer = replace(
            as_actor(paul), kind=Kind.OFFICER, roles=frozenset({"officer@environment"})
        )
        for user, actor in ((elodie, as_actor(paul)), (elodie, officer), (paul, operator)):
            with pytest.raises(refusals.NotYours):
                staff.give_role(
                    user=user, role=rules.RoleName.CLERK, organisation="post", actor=actor, now=now
                )

    def test_are_not_taken_by_citizens(self, elodie, paul, operator, now):
        role = staff.give_role(
            user=elodie, role=rules.RoleName.CLERK, organisation="post", actor=operator, now=now
        )

        with pytest.raises(refusals.NotYours):
            staff.end_role(role=role, actor=as_actor(paul, roles=frozenset()), now=now)
