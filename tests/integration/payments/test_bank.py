"""What a bank's statement does: settle what is paid exactly, and hide nothing else."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from tests.integration.payments.conftest import PAGE
from tests.integration.payments.test_bills import QR_ACCOUNT, organisation
from tests.statements import Entry, Paid, statement
from visavis.gateways.payment_provider.types import State
from visavis.payments import bank, bills, operations, queries, refusals, rules
from visavis.payments.models import BankBooking, Trouble
from visavis.places.models import Organisation
from visavis.places.queries import creditor_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def account():
    organisation("canton", account=QR_ACCOUNT)
    organisation("environment", part_of="canton")
    canton = Organisation.objects.get(code="canton")
    canton.creditor["statement_account"] = "CH5800791123000889012"
    canton.save()


def reference(payment) -> str:
    return bills.bill_of(payment, language="fr").reference


def paying(payment, amount="125.52", **how) -> Paid:
    return Paid(amount, reference(payment), **how)


@pytest.fixture
def take_in(system, now):
    def work(*entries, **how):
        return bank.import_statement(content=statement(*entries, **how), actor=system, now=now)

    return work


def state(payment):
    found = queries.payment(payment.pk)
    return found.state, found.method


class TestImportStatement:
    def test_settles_several_bills_of_one_entry(self, ask_for, take_in):
        payments = [ask_for(cents) for cents in (12_552, 2_000, 5)]
        amounts = ("125.52", "20.00", "0.05")

        report = take_in(
            Entry(
                [
                    paying(one, amount, bank_reference=amount)
                    for one, amount in zip(payments, amounts, strict=True)
                ]
            )
        )

        assert (report.settled, report.to_put_right) == (3, 0)
        assert {state(one) for one in payments} == {("settled", "bill")}

    def test_takes_the_same_booking_in_once_whatever_file_it_comes_in(self, payment, take_in):
        entry = Entry([paying(payment)])

        take_in(entry, kind="camt.054.001.08")
        again = [take_in(entry, kind=kind) for kind in ("camt.054.001.08", "camt.053.001.04")]

        assert [(one.known, one.to_put_right) for one in again] == [(1, 0), (1, 0)]
        assert BankBooking.objects.count() == 1

    @pytest.mark.parametrize(
        ("amount", "how", "fate"),
        [
            ("125.50", {}, "too-little"),
            ("125.55", {}, "too-much"),
            ("125.52", {"currency": "EUR"}, "other-currency"),
        ],
    )
    def test_settles_nothing_but_the_very_amount(self, payment, take_in, amount, how, fate):
        report = take_in(Entry([paying(payment, amount, **how)]))

        assert report.fates == {fate: 1}
        assert state(payment)[0] == "open"
        assert queries.is_under_review(payment)

    def test_puts_a_second_payment_on_the_worklist(self, payment, take_in):
        take_in(Entry([paying(payment)]))

        report = take_in(Entry([paying(payment, bank_reference="TX-2")]))

        assert report.fates == {"paid-twice": 1}

    def test_puts_money_for_what_was_cancelled_on_the_worklist(self, payment, take_in, system, now):
        operations.cancel(payment=payment, actor=system, now=now)

        assert take_in(Entry([paying(payment)])).fates == {"paid-after-cancelling": 1}

    def test_puts_what_the_bank_takes_back_on_the_worklist(self, payment, take_in):
        take_in(Entry([paying(payment)]))

        report = take_in(Entry([paying(payment)], direction="DBIT", reversal="true"))

        assert report.fates == {"taken-back": 1}
        assert state(payment)[0] == "settled"

    @pytest.mark.parametrize(
        "spoil", [lambda _: "", lambda ref: "1" + ref[1:], lambda ref: ref[:-1], lambda _: "RF"]
    )
    def test_matches_the_whole_reference_or_nothing(self, payment, take_in, spoil):
        report = take_in(Entry([Paid("125.52", spoil(reference(payment)))]))

        assert report.fates == {"unknown-reference": 1}

    def test_refuses_a_foreign_account_whole(self, payment, take_in):
        with pytest.raises(refusals.ForeignAccount):
            take_in(Entry([paying(payment)]), account="CH9300762011623852957")

        assert not BankBooking.objects.exists()

    def test_refuses_who_works_for_no_such_office(self, payment, clerk, now):
        with pytest.raises(refusals.ForeignAccount):
            bank.import_statement(content=statement(Entry([paying(payment)])), actor=clerk, now=now)

    def test_closes_the_providers_page_and_sees_what_was_paid_there(
        self, payment, take_in, bench, citizen, now
    ):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
        bench.move(payment, State.PAID)

        report = take_in(Entry([paying(payment)]))

        assert report.fates == {"paid-twice": 1}
        assert state(payment) == ("settled", "provider")
        assert not Trouble.objects.exists()

    def test_keeps_nothing_of_the_payer(self, payment, take_in):
        take_in(Entry([paying(payment)]))

        assert "Muster" not in str(BankBooking.objects.values().get())


class TestTheDatabase:
    @pytest.mark.parametrize("change", [{"amount_cents": 1}, {"fate": "too-little"}])
    def test_refuses_to_rewrite_what_the_bank_said(self, payment, take_in, change):
        take_in(Entry([paying(payment)]))

        with pytest.raises(IntegrityError), transaction.atomic():
            BankBooking.objects.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            BankBooking.objects.all().delete()

    def test_refuses_a_settling_booking_of_another_amount(self, payment, take_in, now):
        take_in(Entry([paying(payment, "1.00")]))
        booking = BankBooking.objects.get()

        booking.pk, booking.identity, booking.fate = None, "other", "settled"

        with pytest.raises(IntegrityError), transaction.atomic():
            booking.save(force_insert=True)


class TestPutRight:
    def test_takes_it_off_the_list_once(self, payment, take_in, system, now):
        take_in(Entry([paying(payment, "1.00")]))
        account = creditor_of("environment").statement_account
        booking = queries.bookings_to_put_right([account]).get()

        for _ in range(2):
            bank.put_right(booking=booking, remedy=rules.Remedy.REFUNDED, actor=system, now=now)

        assert not queries.bookings_to_put_right([account]).exists()
        assert not queries.is_under_review(payment)

    def test_refuses_who_works_elsewhere(self, payment, take_in, clerk, now):
        take_in(Entry([paying(payment, "1.00")]))

        with pytest.raises(refusals.NotTheirMoney):
            bank.put_right(
                booking=BankBooking.objects.get(),
                remedy=rules.Remedy.REFUNDED,
                actor=clerk,
                now=now,
            )


class TestCommand:
    def test_says_what_became_of_a_file(self, payment, tmp_path):
        file, said = tmp_path / "statement.xml", io.StringIO()
        file.write_bytes(statement(Entry([paying(payment)])))

        call_command("payments", "import-statement", str(file), stdout=said)

        assert "1 settled, 0 to put right, 0 known before" in said.getvalue()

    def test_refuses_what_is_no_statement(self, tmp_path):
        file = tmp_path / "statement.xml"
        file.write_bytes(b"MT940")

        with pytest.raises(CommandError, match="not read"):
            call_command("payments", "import-statement", str(file))
