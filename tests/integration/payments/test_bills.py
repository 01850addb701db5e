"""Bills: what the bank's app reads, and what an archive and a screen reader get."""

import io
import subprocess
from datetime import UTC, datetime

import pytest
import zxingcpp
from PIL import Image

from tests.judges import judged
from visavis.foundation import accounts
from visavis.payments import bills, refusals
from visavis.payments.qr_bill import references
from visavis.places.models import Organisation

pytestmark = pytest.mark.django_db
QR_ACCOUNT, PLAIN_ACCOUNT = "CH4431999123000889012", "CH5800791123000889012"
AT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def organisation(code: str, *, part_of: str = "", account: str = "") -> None:
    creditor = {
        "account": account,
        "name": "Caisse de l'État",
        "postal_code": "2800",
        "town": "Delémont",
        "assumption": True,
    }
    Organisation.objects.create(
        code=code,
        kind="canton",
        names={"fr": code},
        part_of=part_of,
        creditor=creditor if account else {},
    )


@pytest.fixture
def billed(payment):
    """A payment to an office whose canton has an account for QR references."""
    organisation("canton", account=QR_ACCOUNT)
    organisation("environment", part_of="canton")
    return payment


def sheet(payment, language="fr") -> bytes:
    return bills.pdf(
        payment, language=language, brand={"name": "Jura"}, is_specimen=False, made_at=AT
    )


class TestBillOf:
    def test_goes_to_the_account_of_what_the_office_is_part_of(self, billed):
        bill = bills.bill_of(billed, language="fr")

        assert (bill.account, bill.amount, bill.message) == (
            QR_ACCOUNT,
            "125.52",
            "Permis de pêche",
        )
        assert references.is_qr_reference(bill.reference)
        assert bill.reference[-9:-1] == billed.number

    def test_makes_a_creditor_reference_for_another_account(self, payment):
        organisation("environment", account=PLAIN_ACCOUNT)

        bill = bills.bill_of(payment, language="de")

        assert references.is_creditor_reference(bill.reference)
        assert bill.reference[4:] == payment.number

    def test_says_nothing_of_the_payer(self, billed):
        assert bills.bill_of(billed, language="fr").debtor is None

    def test_is_refused_without_an_account(self, payment):
        organisation("environment", part_of="canton")

        assert not bills.can_be_billed(payment)
        with pytest.raises(refusals.NotByBill):
            bills.bill_of(payment, language="fr")

    def test_does_not_go_round_in_circles(self, payment):
        organisation("environment", part_of="canton")
        organisation("canton", part_of="environment")

        assert not bills.can_be_billed(payment)


class TestSheet:
    def test_holds_a_code_of_46_millimetres_that_reads_as_the_payload(self, billed):
        command = ["pdftoppm", "-r", "254", "-png", "-"]  # ten points a millimetre
        png = subprocess.run(command, input=sheet(billed), capture_output=True, check=True).stdout

        found = zxingcpp.read_barcode(Image.open(io.BytesIO(png)))

        assert found is not None
        assert found.bytes.decode() == bills.bill_of(billed, language="fr").payload
        corners = found.position
        assert corners.top_right.x - corners.top_left.x == pytest.approx(460, abs=8)
        assert (corners.top_left.x, corners.top_left.y) == pytest.approx((670, 2090), abs=8)

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("fr", ["Récépissé", "Section paiement", "Compte / Payable à", "Point de dépôt"]),
            ("de", ["Empfangsschein", "Zahlteil", "Konto / Zahlbar an", "Annahmestelle"]),
            ("it", ["Ricevuta", "Sezione pagamento", "Conto / Pagabile a", "Punto di"]),
            ("en", ["Receipt", "Payment part", "Account / Payable to", "Acceptance point"]),
        ],
    )
    def test_says_the_standards_words_and_is_accessible_and_archivable(
        self, billed, language, words
    ):
        pdf = sheet(billed, language)

        text = subprocess.run(
            ["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True
        ).stdout.decode()
        bill = bills.bill_of(billed, language=language)
        for word in [*words, accounts.spaced(bill.account), references.spaced(bill.reference)]:
            assert word in text
        assert judged(pdf) == []
