"""Our side of Saferpay against a strict loopback of it."""

from dataclasses import replace
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.saferpay import CUSTOMER, PASSWORD, TERMINAL, USER, Saferpay, serving
from visavis.gateways.payment_provider import client
from visavis.gateways.payment_provider.errors import (
    Declined,
    ListNotOffered,
    Rejected,
    UnknownOrder,
    Unreachable,
    UntrustworthyEvent,
)
from visavis.gateways.payment_provider.saferpay.api import Account, Api, Refused
from visavis.gateways.payment_provider.saferpay.client import SaferpayProvider
from visavis.gateways.payment_provider.types import Order, RefundState, Repayment, State
from visavis.payments.models import ProviderEvent

SECRET = "between us and ourselves"


@pytest.fixture
def service():
    running = Saferpay()
    server = serving(running)
    yield running
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(service) -> SaferpayProvider:
    account = Account(f"{service.url}/api", CUSTOMER, TERMINAL, USER, PASSWORD)
    return SaferpayProvider(Api(account, timeout_s=30, pause=lambda _s: None), SECRET)


@pytest.fixture
def order() -> Order:
    return Order(
        key=str(uuid4()), number="42917344", amount_cents=12_552, currency="CHF",
        purpose={"fr": "Permis de pêche", "de": "Fischereipatent"},
        return_url="https://guichet.example/fr/pay/", notify_url="https://guichet.example/events/",
        language="fr", presentation="web",
    )  # fmt: skip


def acts(service) -> list[str]:
    return [name.partition("/")[2] for name, _id, _tries in service.calls]


class TestCreate:
    def test_opens_a_page_with_what_saferpay_wants_to_know(self, provider, service, order):
        report = provider.create(order)

        asked = service.pages[0].order["Payment"]
        assert (report.state, report.reference) == (State.OPEN, "token:token0")
        assert report.page_url == f"{service.url}/vt2/api/PaymentPage/token0"
        assert asked["Amount"] == {"Value": "12552", "CurrencyCode": "CHF"}
        assert asked["Description"] == "Permis de pêche (42917344)"
        assert order.key not in str(service.pages[0].order["ReturnUrl"])

    @pytest.mark.parametrize("fault", ["lost", "busy", "broken", "other"])
    def test_repeats_under_the_same_number_and_opens_one_page(
        self, provider, service, order, fault
    ):
        service.faults = [fault]

        assert provider.create(order).page_url.endswith("token0")

        assert len(service.pages) == 1
        assert {request_id for _name, request_id, _tries in service.calls} == {order.key}
        assert service.calls[-1][2] == 1

    def test_opens_no_second_page_while_one_stands(self, provider, service, order):
        first = provider.create(order)

        again = provider.create(replace(order, reference=first.reference))

        assert (again.state, again.page_url) == (State.OPEN, "")
        assert len(service.pages) == 1

    def test_is_unreachable_when_it_stays_so(self, provider, service, order):
        service.faults = ["busy", "broken"]

        with pytest.raises(Unreachable):
            provider.create(order)

    def test_is_refused_with_another_login(self, provider, order):
        account = replace(provider.api.account, password="wrong")

        with pytest.raises(Refused, match="AUTHENTICATION_FAILED"):
            SaferpayProvider(replace(provider.api, account=account), SECRET).create(order)


class TestReportOn:
    def test_says_open_until_the_payer_has_done_something(self, provider, order):
        reference = provider.create(order).reference

        assert provider.report_on(order.key, reference).state is State.OPEN

    def test_captures_what_the_payer_reserved_once(self, provider, service, order):
        reference = provider.create(order).reference
        service.pay()

        first = provider.report_on(order.key, reference)
        again = provider.report_on(order.key, first.reference)

        assert first == again
        assert (first.state, first.amount_cents, first.currency) == (State.PAID, 12_552, "CHF")
        assert first.reference.startswith("transaction:")
        assert acts(service) == ["Initialize", "Assert", "Capture", "Inquire"]

    def test_captures_once_though_the_answer_is_lost(self, provider, service, order):
        reference = provider.create(order).reference
        service.pay()
        service.faults = ["", "lost"]

        assert provider.report_on(order.key, reference).state is State.PAID

    def test_finds_what_was_paid_without_its_reference(self, provider, service, order):
        provider.create(order)
        service.pay()

        assert provider.report_on(order.key).state is State.PAID

    def test_never_heard_of_what_has_neither_page_nor_transaction(self, provider, order):
        with pytest.raises(UnknownOrder):
            provider.report_on(order.key)

    def test_tells_what_was_really_paid(self, provider, service, order):
        reference = provider.create(order).reference
        service.pay(value="12000")

        assert provider.report_on(order.key, reference).amount_cents == 12_000

    def test_waits_while_the_capture_is_pending(self, provider, service, order):
        reference = provider.create(order).reference
        service.pay()
        service.capture_status = "PENDING"

        waiting = provider.report_on(order.key, reference)
        service.pages[-1].transaction["Status"] = "CAPTURED"

        assert waiting.state is State.OPEN
        assert provider.report_on(order.key, waiting.reference).state is State.PAID

    @pytest.mark.parametrize(
        "name", ["TRANSACTION_ABORTED", "TRANSACTION_DECLINED", "3DS_AUTHENTICATION_FAILED"]
    )
    def test_a_page_that_failed_is_over(self, provider, service, order, name):
        reference = provider.create(order).reference
        service.fail(name)

        assert provider.report_on(order.key, reference).state is State.CLOSED

    @pytest.mark.parametrize("is_paid", [True, False])
    def test_an_expired_token_leads_to_the_transaction_or_nowhere(
        self, provider, service, order, is_paid
    ):
        reference = provider.create(order).reference
        if is_paid:
            service.pay()
        service.fail("TOKEN_EXPIRED")

        report = provider.report_on(order.key, reference)

        assert report.state is (State.PAID if is_paid else State.CLOSED)

    def test_an_unknown_refusal_decides_nothing(self, provider, service, order):
        reference = provider.create(order).reference
        service.fail("PERMISSION_DENIED")

        with pytest.raises(Rejected):
            provider.report_on(order.key, reference)

    @pytest.mark.parametrize(
        "change", [{"OrderId": "another"}, {"Amount": {}}, {"Status": "NEW"}, {"Type": "REFUND"}]
    )
    def test_believes_no_transaction_that_does_not_fit(self, provider, service, order, change):
        reference = provider.create(order).reference
        service.pay()
        service.pages[-1].transaction |= change

        with pytest.raises(Unreachable):
            provider.report_on(order.key, reference)


class TestClose:
    def test_takes_nothing_of_what_was_only_reserved(self, provider, service, order):
        reference = provider.create(order).reference
        service.pay()

        assert provider.close(order.key, reference).state is State.CLOSED
        assert service.pages[-1].transaction["Status"] == "CANCELED"

    def test_says_that_it_was_paid(self, provider, service, order):
        reference = provider.create(order).reference
        service.pay(status="CAPTURED")

        assert provider.close(order.key, reference).state is State.PAID

    def test_says_honestly_that_a_page_stands(self, provider, order):
        reference = provider.create(order).reference

        assert provider.close(order.key, reference).state is State.OPEN


class TestRefund:
    @pytest.fixture
    def paid(self, provider, service, order) -> Order:
        reference = provider.create(order).reference
        service.pay()
        provider.report_on(order.key, reference)
        return order

    def test_gives_back_once_under_one_key_though_an_answer_is_lost(self, provider, service, paid):
        repayment = Repayment(str(uuid4()), paid.key, 2_000, "CHF")
        service.faults = ["", "", "lost"]

        reports = [provider.refund(repayment) for _ in range(3)]

        assert {report.state for report in reports} == {RefundState.DONE}
        assert len(service.refunds) == 1
        assert provider.report_on_refund(repayment.key) == reports[0]

    def test_is_pending_until_its_capture_is_known(self, provider, service, paid):
        service.capture_status = "PENDING"
        repayment = Repayment(str(uuid4()), paid.key, 2_000, "CHF")

        assert provider.refund(repayment).state is RefundState.PENDING

        service.refunds[0]["Status"] = "CAPTURED"
        assert provider.report_on_refund(repayment.key).state is RefundState.DONE

    def test_gives_back_no_more_than_was_paid(self, provider, paid):
        provider.refund(Repayment(str(uuid4()), paid.key, 12_000, "CHF"))

        with pytest.raises(Declined):
            provider.refund(Repayment(str(uuid4()), paid.key, 1_000, "CHF"))

    def test_never_heard_of_what_was_not_paid(self, provider, order):
        with pytest.raises(UnknownOrder):
            provider.refund(Repayment(str(uuid4()), order.key, 100, "CHF"))
        with pytest.raises(UnknownOrder):
            provider.report_on_refund("nobody")


def test_has_no_list(provider, now):
    with pytest.raises(ListNotOffered):
        provider.list_transactions(now, now)


class TestNotices:
    @pytest.fixture(autouse=True)
    def chosen(self, settings):
        settings.PAYMENT_PROVIDER = {
            "name": "saferpay", "url": "https://test.saferpay.com/api", "secret": SECRET,
            "customer": CUSTOMER, "terminal": TERMINAL, "user": USER, "password": PASSWORD,
        }  # fmt: skip

    def test_the_settings_choose_it(self):
        assert isinstance(client.configured(), SaferpayProvider)
        assert client.name() == "saferpay"

    @pytest.mark.parametrize("which", ["SuccessNotifyUrl", "FailNotifyUrl"])
    def test_both_addresses_are_ours_and_name_the_order(self, provider, service, order, now, which):
        provider.create(order)
        address = service.pages[0].order["Notification"][which]

        event = client.trusted_event(body=urlsplit(address).query.encode(), signature="", now=now)

        assert event.key == order.key

    @pytest.mark.parametrize("spoil", ["order=x&outcome=success&proof=y", "", "order=%ff&proof=é"])
    def test_any_other_address_is_nobodys(self, now, spoil):
        with pytest.raises(UntrustworthyEvent):
            client.trusted_event(body=spoil.encode(), signature="", now=now)

    @pytest.mark.django_db
    def test_a_redelivered_call_is_kept_once_and_answered_again(
        self, provider, service, order, client_of_payments
    ):
        provider.create(order)
        query = urlsplit(service.pages[0].order["Notification"]["SuccessNotifyUrl"]).query

        answers = [client_of_payments(query) for _ in range(3)]

        assert answers == [200, 200, 200]
        assert ProviderEvent.objects.count() in (1, 2)  # a minute may begin in between
        assert client_of_payments(query.replace("proof=", "proof=0")) == 400


@pytest.fixture
def client_of_payments(client):
    return lambda query: client.get(f"{reverse('public_api:payment_event')}?{query}").status_code
