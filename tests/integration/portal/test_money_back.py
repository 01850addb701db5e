"""Money that goes back, as its citizen sees it, and nobody else."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

from datetime import timedelta

import pytest

from tests.integration.payments.conftest import bench
from tests.integration.payments.refunds import OLGA, OSCAR, approved, paid_online
from tests.integration.payments.refunds import asked as asked_for
from tests.integration.portal.test_paying_for_a_request import asked, signed_in
from tests.integration.portal.test_payments import address
from tests.requesting import citizen, elodie, fill, neighbour, service, week
from visavis.foundation.actor import Actor
from visavis.notices.models import Notice
from visavis.payments import paying_out, refund_sending, refunding
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State, Way

pytestmark = pytest.mark.django_db
IBAN = "CH93 0076 2011 6238 5295 7"
SYSTEM = Actor.system("tests")


@pytest.fixture
def paid(asked, bench, elodie, now):
    return paid_online(asked, bench=bench, actor=elodie, now=now)


def test_sees_where_it_stands_and_takes_the_credit_receipt(paid, citizen, week, bench, now):
    browser, case = signed_in(citizen), address("case", week.pk)
    refund = asked_for(paid, 500, now=now)
    assert "\u00a05.00" not in browser.get(case).content.decode()  # not agreed upon yet

    refunding.approve(refund_id=refund.pk, actor=OSCAR, now=now)
    refund_sending.send(refund_id=refund.pk, actor=SYSTEM, now=now)
    bench.ledger.work()
    refund_sending.send(refund_id=refund.pk, actor=SYSTEM, now=now)

    receipt = Refund.objects.get().receipt
    sheet = address("payment_receipt", paid.pk, receipt.pk)
    assert "\u00a05.00" in browser.get(case).content.decode()
    for page in (case, address("payment", paid.pk)):
        assert sheet in browser.get(page).content.decode()
    assert browser.get(sheet).content.startswith(b"%PDF")
    assert browser.get(address("payment_receipt", paid.pk, paid.receipt.pk)).status_code == 200
    assert browser.get(address("payment_receipt", paid.pk, 999_999)).status_code == 404


def test_names_the_account_and_is_told(paid, citizen, week, now, run_jobs):
    browser = signed_in(citizen)
    refund = approved(paid, 500, Way.TRANSFER, now=now)
    where = address("refund_account", paid.pk, refund.pk)
    run_jobs()

    assert where in browser.get(address("case", week.pk)).content.decode()
    wrong = browser.post(where, {"account": IBAN[:-1] + "8"})
    right = browser.post(where, {"account": IBAN})

    assert wrong.context["form"].errors["account"]
    assert right.url == address("case", week.pk)
    assert Refund.objects.get().is_to_transfer
    assert IBAN not in browser.get(right.url).content.decode()
    assert browser.get(where).status_code == 302  # it is named


def test_whoever_pays_by_number_sees_nothing_of_it(paid, client, now):
    refund = approved(paid, 500, Way.TRANSFER, now=now)
    client.post(address("pay_by_number"), {"number": paid.number})

    page = client.get(address("payment", paid.pk))

    assert page.status_code == 200
    assert "\u00a05.00" not in page.content.decode()
    assert client.get(address("refund_account", paid.pk, refund.pk)).status_code == 404
    assert client.get(address("payment_receipt", paid.pk, paid.receipt.pk)).status_code == 404


def test_is_told_what_to_do_and_when_it_is_done(paid, citizen, week, now, run_jobs):
    citizen.notify_by, citizen.email, citizen.email_confirmed_at = "mail", "c@example.ch", now
    citizen.save()
    refund = approved(paid, 500, Way.TRANSFER, now=now)
    paying_out.name_account(refund_id=refund.pk, account=IBAN, actor=SYSTEM, now=now)
    for after in (State.SENT, State.SETTLED):
        paying_out.note_transfer(refund_id=refund.pk, after=after, actor=OLGA, now=now)
    run_jobs()

    told = list(Notice.objects.order_by("pk").values_list("template", flat=True))
    assert told.count("case-refund-approved") == told.count("case-refunded") == 1
    for notice in Notice.objects.filter(template__startswith="case-refund"):
        assert "5.00" not in str(notice.__dict__)
