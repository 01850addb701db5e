"""Paying in the portal: what is shown to whom, and what a return proves."""

# ruff: noqa: F401, F811 - fixtures of payments are imported, and asked for by name

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from tests.integration.payments.conftest import (
    Bench,
    ask_for,
    bench,
    clerk,
    payment,
)
from visavis.doors.portal import payments_access
from visavis.gateways.payment_provider import client as gateway
from visavis.gateways.payment_provider.fake.faults import Answers
from visavis.gateways.payment_provider.types import State
from visavis.payments import operations, queries
from visavis.payments.models import Attempt, Payment, ProviderEvent

pytestmark = pytest.mark.django_db


def address(name: str, *args: object, language: str = "fr") -> str:
    with translation.override(language):
        return reverse(f"portal:{name}", args=args)


@pytest.fixture
def shown(client, payment):
    """A browser that followed the payment's link."""
    with translation.override("fr"):
        client.get(reverse("portal:pay_by_link", args=[payments_access.link_to(payment)]))
    return client


class TestAccess:
    @pytest.mark.parametrize(
        "name", ["payment", "payment_back", "payment_state", "pay_in_cash", "pay_by_phone"]
    )
    def test_the_neighbours_payment_does_not_exist(self, client, payment, name):
        assert client.get(address(name, payment.pk)).status_code == 404

    def test_neither_can_it_be_begun(self, client, payment, bench):
        assert client.post(address("pay_online", payment.pk)).status_code == 404
        assert not Attempt.objects.exists()

    def test_nor_one_that_nobody_has(self, client):
        assert client.get(address("payment", uuid4())).status_code == 404

    @pytest.mark.parametrize("spoil", ["{}x", "x{}", "{}~"])
    def test_an_altered_link_leads_nowhere(self, client, payment, spoil):
        link = spoil.format(payments_access.link_to(payment))

        assert client.get(address("pay_by_link", link)).status_code == 404

    def test_a_link_opens_amount_and_purpose_without_the_items(self, shown, payment):
        page = shown.get(address("payment", payment.pk)).content.decode()

        assert "125.52" in page
        assert "Permis de pêche" in page
        assert "<table" not in page

    def test_the_number_opens_it_too(self, client, payment):
        answer = client.post(address("pay_by_number"), {"number": payment.spoken_number})

        assert answer.url == address("payment", payment.pk)
        assert client.get(answer.url).status_code == 200

    def test_a_wrong_number_is_said_at_the_field(self, client, payment):
        page = client.post(address("pay_by_number"), {"number": "12345678"})

        assert page.status_code == 200
        assert page.context["form"].errors["number"]

    def test_numbers_cannot_be_guessed_one_after_the_other(self, client, payment):
        for _ in range(10):
            client.post(address("pay_by_number"), {"number": "12345678"})

        page = client.post(address("pay_by_number"), {"number": payment.number})

        assert page.status_code == 200
        assert page.context["form"].errors["number"]


class TestPayOnline:
    def test_leads_to_the_providers_page_in_the_language_of_the_payer(
        self,
        shown,
        payment,
        bench,
    ):
        answer = shown.post(address("pay_online", payment.pk, language="de"))

        assert answer.status_code == 302
        assert answer.url.startswith("https://pay.example/pay/")
        order = bench.records(payment)[0].order
        assert (order.language, order.presentation) == ("de", "web")
        assert order.return_url == settings.BASE_URL + address(
            "payment_back", payment.pk, language="de"
        )
        assert order.notify_url.endswith("/api/payment-provider/events")
        assert "ada" not in str(order)

    def test_says_when_the_provider_is_silent_and_offers_cash(self, shown, payment, bench):
        bench.answers(Answers.ERROR)

        page = shown.post(address("pay_online", payment.pk))

        assert page.status_code == 200
        assert page.context["refusal"]
        assert address("pay_in_cash", payment.pk) in page.content.decode()

    def test_shows_that_it_is_paid_instead_of_asking_twice(self, shown, payment, bench):
        shown.post(address("pay_online", payment.pk))
        bench.move(payment, State.PAID)

        answer = shown.post(address("pay_online", payment.pk))

        assert answer.url == address("payment", payment.pk)
        assert queries.payment(payment.pk).is_settled
        assert (
            '<form method="post" action="' + address("pay_online", payment.pk)
            not in shown.get(answer.url).content.decode()
        )

    def test_the_back_button_after_a_refusal_leads_to_the_page(self, shown, payment):
        assert shown.get(address("pay_online", payment.pk)).url == address("payment", payment.pk)


class TestPaymentBack:
    @pytest.fixture(autouse=True)
    def gone(self, shown, payment, bench):
        shown.post(address("pay_online", payment.pk))
        # The first answer has just come; the return asks again only after a second.
        Attempt.objects.update(asked_at=None)

    def back(self, shown, payment):
        return shown.get(address("payment_back", payment.pk))

    def test_coming_back_proves_nothing(self, shown, payment, bench):
        page = self.back(shown, payment).content.decode()

        assert not queries.payment(payment.pk).is_settled
        assert "<check-again" in page
        assert f'href="{address("payment_back", payment.pk)}"' in page  # works without script

    @pytest.mark.parametrize(
        ("state", "settled", "asks_again"),
        [(State.PAID, True, False), (State.FAILED, False, True), (State.CLOSED, False, True)],
    )
    def test_says_what_the_provider_says(
        self,
        shown,
        payment,
        bench,
        state,
        settled,
        asks_again,
    ):
        bench.move(payment, state)

        page = self.back(shown, payment).content.decode()

        assert queries.payment(payment.pk).is_settled is settled
        assert (address("pay_online", payment.pk) in page) is asks_again
        assert len(re.findall("<h1", page)) == 1

    def test_says_when_nobody_answers_and_loses_nothing(self, shown, payment, bench):
        bench.move(payment, State.PAID)
        bench.answers(Answers.ERROR)

        page = self.back(shown, payment)

        assert page.context["is_silent"]
        assert queries.payment(payment.pk).is_pending

    def test_comes_back_in_the_language_in_which_the_payer_left(self, shown, payment, bench):
        shown.post(address("pay_online", payment.pk, language="it"))

        answer = self.back(shown, payment)

        assert answer.url == address("payment_back", payment.pk, language="it")

    def test_the_waiting_page_learns_the_state_in_one_word(self, shown, payment, bench):
        url = address("payment_state", payment.pk)

        assert shown.get(url).json() == {"state": "pending open"}
        bench.move(payment, State.PAID)
        Attempt.objects.update(asked_at=None)
        assert shown.get(url).json() == {"state": "settled paid"}


class TestOtherWays:
    def test_cash_shows_the_number_and_the_rounded_amount(self, shown, payment):
        page = shown.get(address("pay_in_cash", payment.pk)).content.decode()

        assert payment.spoken_number in page
        assert "125.50" in page

    def test_the_phone_page_holds_a_code_that_opens_this_payment(self, shown, payment):
        page = shown.get(address("pay_by_phone", payment.pk)).content.decode()

        assert "<svg" in page
        assert payment.spoken_number in page

    def test_nothing_is_offered_for_what_is_paid(self, shown, payment, clerk, now, bench):
        operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)

        for name in ("payment", "pay_in_cash", "pay_by_phone", "payment_back"):
            page = shown.get(address(name, payment.pk))
            assert page.status_code == 200
            assert "pay_online" not in page.content.decode()

    def test_without_a_provider_only_cash_is_offered(self, shown, payment, monkeypatch):
        monkeypatch.setattr(gateway, "is_configured", lambda: False)

        page = shown.get(address("payment", payment.pk)).content.decode()

        assert address("pay_online", payment.pk) not in page
        assert address("pay_in_cash", payment.pk) in page


class TestEvents:
    URL = "/api/payment-provider/events"

    @pytest.fixture
    def payment(self, ask_for):
        return ask_for(subject="thing:1")  # of no room, so that nobody above follows

    def post(self, client, settings, body: bytes, signature: str | None = None):
        from visavis.foundation import database
        from visavis.gateways.payment_provider import signatures

        secret = settings.PAYMENT_PROVIDER["secret"]
        at = int(database.now().timestamp())
        header = signature if signature is not None else signatures.sign(body, secret=secret, at=at)
        return client.post(
            self.URL, body, content_type="application/json", headers={"Provider-Signature": header}
        )

    def test_an_event_makes_us_ask_and_claims_nothing(
        self,
        client,
        settings,
        shown,
        payment,
        bench,
        run_jobs,
    ):
        shown.post(address("pay_online", payment.pk))
        key = bench.records(payment)[0].order.key
        body = b'{"id": "evt-1", "key": "%s", "state": "paid"}' % key.encode()

        assert self.post(client, settings, body).status_code == 200
        run_jobs()
        assert not queries.payment(payment.pk).is_settled  # the provider says it is open

        bench.move(payment, State.PAID)
        later = body.replace(b"evt-1", b"evt-2").replace(b"paid", b"failed")
        assert [self.post(client, settings, later).status_code for _ in range(3)] == [200] * 3
        run_jobs()
        assert ProviderEvent.objects.count() == 2  # the second and third are the same event
        assert queries.payment(payment.pk).is_settled

    @pytest.mark.parametrize(
        ("body", "signature"),
        [
            pytest.param(b'{"id": "1", "key": "k"}', "", id="not signed"),
            pytest.param(b'{"id": "1", "key": "k"}', "t=1,v1=00", id="signed wrongly"),
            pytest.param(b"[]", None, id="not an event"),
        ],
    )
    def test_refuses_what_nobody_vouches_for(self, client, settings, body, signature):
        assert self.post(client, settings, body, signature).status_code == 400

    def test_an_event_about_something_else_is_kept_and_ignored(self, client, settings, run_jobs):
        assert self.post(client, settings, b'{"id": "1", "key": "not ours"}').status_code == 200
        run_jobs()
        assert not Payment.objects.exists()


class TestPayByBill:
    @pytest.fixture(autouse=True)
    def account(self, jura):
        """The pack of the Jura, with its account."""

    def test_is_offered_and_says_what_to_enter_at_the_bank(self, shown, payment):
        assert address("pay_by_bill", payment.pk) in (
            shown.get(address("payment", payment.pk)).content.decode()
        )

        page = shown.get(address("pay_by_bill", payment.pk)).content.decode()

        assert "CH44 3199 9123 0008 8901 2" in page
        assert "125.52" in page
        assert "<svg" in page

    def test_leaves_the_payment_open(self, shown, payment):
        shown.get(address("pay_by_bill", payment.pk))
        shown.get(address("payment_bill_sheet", payment.pk))

        assert queries.payment(payment.pk).state == "open"

    def test_hands_over_the_sheet(self, shown, payment):
        answer = shown.get(address("payment_bill_sheet", payment.pk, language="it"))

        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")

    @pytest.mark.parametrize("name", ["pay_by_bill", "payment_bill_sheet"])
    def test_the_neighbours_bill_does_not_exist(self, client, payment, name):
        assert client.get(address(name, payment.pk)).status_code == 404

    def test_there_is_no_sheet_for_what_is_no_longer_asked_for(self, shown, payment, system, now):
        operations.cancel(payment=payment, actor=system, now=now)

        assert shown.get(address("payment_bill_sheet", payment.pk)).status_code == 404
        assert shown.get(address("pay_by_bill", payment.pk)).status_code == 200
