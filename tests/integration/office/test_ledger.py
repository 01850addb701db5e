"""The officer's pages of the ledger, the nightly comparison, and assigning the bank's money."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import csv
import io
from uuid import uuid4

import pytest
from django.utils.timezone import localdate

from tests.integration.office.test_bank import health, send
from tests.integration.office.test_money import address, environment, officer_of
from tests.integration.payments.conftest import ask_for, bench, citizen, clerk, payment
from tests.integration.payments.test_bank import account, paying
from tests.integration.payments.test_reconciling import compare, paid_online
from tests.statements import Entry, Paid, statement
from visavis.gateways.payment_provider.fake.faults import Listing
from visavis.payments import operations, queries
from visavis.payments.bank_models import Assignment
from visavis.payments.models import BankBooking
from visavis.payments.reconciliation_models import Difference
from visavis.places import queries as places
from visavis.places.models import Organisation, Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch(environment) -> Site:
    names = dict.fromkeys(("fr", "de", "it", "en"), "Saignelégier")
    post = Organisation.objects.create(code="post", kind="post", names=names, source="test")
    return Site.objects.create(
        code="saignelegier", organisation=post, kind="post", names=names, commune=6757,
        latitude=47.25, longitude=7.0, source="test",
    )  # fmt: skip


def stray(browser, amount="125.52") -> str:
    send(browser, statement(Entry([Paid(amount, "", "TX-9")])))
    return address("assign_booking", BankBooking.objects.get().pk)


class TestLedger:
    def test_says_when_no_money_moved(self, environment):
        assert environment.get(address("ledger")).context["lines"] == []

    def test_shows_totals_and_the_rows_that_make_them(self, environment, ask_for, clerk, now):
        for cents in (102, 500):
            operations.receive_cash(payment=ask_for(cents), key=uuid4(), actor=clerk, now=now)
        month = {"period": localdate(now).isoformat()[:7]}

        lines = environment.get(address("ledger"), month).context["lines"]
        of = {line.total.account: line.total.cents for line in lines}
        page = environment.get(
            address("ledger"), month | {"office": "environment", "account": "cash"}
        )

        assert of == {"cash": 600, "rounding": 2, "fees": -602}
        assert [row.debit for row in page.context["rows"]] == ["CHF 1.00", "CHF 5.00"]
        assert page.context["line"].total.cents == 600

    def test_a_day_is_as_good_as_a_month(self, environment, ask_for, clerk, now):
        operations.receive_cash(payment=ask_for(), key=uuid4(), actor=clerk, now=now)
        day = localdate(now).isoformat()

        assert environment.get(address("ledger"), {"period": day}).context["lines"]
        assert not environment.get(address("ledger"), {"period": "2026-10-24"}).context["lines"]

    @pytest.mark.parametrize("typed", ["2026-13", "yesterday", "1066-01", "2026-02-30", "99999-1"])
    def test_what_is_no_time_is_not_found(self, environment, typed):
        assert environment.get(address("ledger"), {"period": typed}).status_code == 404

    def test_gives_the_same_as_a_file(self, environment, ask_for, clerk, now):
        operations.receive_cash(payment=ask_for(102), key=uuid4(), actor=clerk, now=now)

        answer = environment.get(address("ledger_csv"), {"period": localdate(now).isoformat()[:7]})

        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        assert [row["account"] for row in rows] == ["cash", "rounding", "fees"]

    def test_calls_offices_and_sites_by_their_names(self, environment, branch, ask_for, clerk, now):
        operations.receive_cash(payment=ask_for(), key=uuid4(), actor=clerk, now=now)
        month = {"period": localdate(now).isoformat()[:7]}
        office = {"office": "environment", "account": "cash"}

        lines = environment.get(address("ledger"), month).context["lines"]
        page = environment.get(address("ledger"), month | office)

        assert {line.office for line in lines} == {places.names()["environment"]["fr"]}
        assert [row.site for row in page.context["rows"]] == ["Saignelégier"]

    def test_another_office_sees_nothing(self, environment, health, ask_for, clerk, now):
        operations.receive_cash(payment=ask_for(), key=uuid4(), actor=clerk, now=now)
        month = {"period": localdate(now).isoformat()[:7]}

        assert environment.get(address("ledger"), month).context["lines"]
        assert health.get(address("ledger"), month).context["lines"] == []
        page = health.get(address("ledger"), month | {"office": "environment", "account": "cash"})
        assert "rows" not in page.context

    def test_its_queries_do_not_grow(
        self, environment, ask_for, clerk, now, django_assert_max_num_queries
    ):
        for _ in range(12):
            operations.receive_cash(payment=ask_for(), key=uuid4(), actor=clerk, now=now)
        query = {
            "period": localdate(now).isoformat()[:7], "office": "environment", "account": "cash",
        }  # fmt: skip

        with django_assert_max_num_queries(20):
            environment.get(address("ledger"), query)


class TestReconciliation:
    def test_says_that_nothing_was_compared_yet(self, environment):
        assert environment.get(address("reconciliation")).status_code == 200

    def test_a_difference_waits_until_a_person_says_what_it_was(
        self, environment, health, paid_online, compare, clerk
    ):
        paid_online()
        compare(Listing.MISSING)
        difference = Difference.objects.get(kind="missing-there")
        where = address("put_right_difference", difference.pk)

        assert address("money") in environment.get(address("queue")).content.decode()
        assert where in environment.get(address("money")).content.decode()
        assert where in environment.get(address("reconciliation")).content.decode()
        assert where not in health.get(address("reconciliation")).content.decode()
        assert health.get(where).status_code == 404
        assert environment.post(where, {"words": ""}).context["form"].errors["words"]
        assert environment.post(where, {"words": "Listed a day later."}).status_code == 302

        difference.refresh_from_db()
        assert difference.words == "Listed a day later."
        assert environment.get(where).status_code == 404

    def test_says_at_which_site_a_till_was_not_counted(self, environment, branch, compare, clerk):
        compare()

        item = environment.get(address("reconciliation")).context["items"][0]

        assert (item.difference.kind, item.where) == ("till-open", "Saignelégier")


class TestAssign:
    def test_settles_the_payment_and_says_so(self, environment, payment):
        where = stray(environment)
        assert where in environment.get(address("money")).content.decode()
        assert environment.get(where).status_code == 200

        answer = environment.post(
            where, {"number": payment.spoken_number, "reason": "The payer called."}
        )

        assert answer.status_code == 302
        assert queries.payment(payment.pk).is_settled
        assert Assignment.objects.get().reason == "The payer called."

    def test_leads_on_to_giving_back_what_is_too_much(self, environment, payment):
        where = stray(environment, "130.00")

        answer = environment.post(where, {"number": payment.number, "reason": "They called."})

        page = environment.get(answer.url)
        assert answer.url == address("refund_ask", payment.pk)
        assert page.context["source"].came_cents == 13_000

    def test_knows_the_payment_of_a_shortfall(self, environment, payment):
        send(environment, statement(Entry([paying(payment, "100.00")])))
        where = address("assign_booking", BankBooking.objects.get().pk)

        form = environment.get(where).context["form"]
        said = {"number": form.initial["number"], "reason": "Paid abroad."}

        assert environment.post(where, said).context["form"].errors["number"]
        assert environment.post(where, said | {"is_waived": "on"}).status_code == 302
        assert queries.payment(payment.pk).is_settled

    def test_says_at_the_field_what_does_not_fit(self, environment, payment, system, now):
        where = stray(environment)
        said = {"reason": "Because."}

        assert environment.post(where, said | {"number": "12345678"}).context["form"].errors
        operations.cancel(payment=payment, actor=system, now=now)
        page = environment.post(where, said | {"number": payment.number})
        assert page.context["form"].errors["number"]

    def test_is_not_for_what_cannot_be_assigned(self, environment, payment):
        send(environment, statement(Entry([paying(payment)])))
        assert (
            environment.get(address("assign_booking", BankBooking.objects.get().pk)).status_code
            == 404
        )
