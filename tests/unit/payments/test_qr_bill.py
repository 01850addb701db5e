import io
from dataclasses import replace

import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from visavis.foundation import accounts
from visavis.payments.qr_bill import references, refusals
from visavis.payments.qr_bill.bill import Party, QrBill, ReferenceKind

QR_ACCOUNT, PLAIN_ACCOUNT = "CH4431999123000889012", "CH5800791123000889012"
QR_REFERENCE, CREDITOR_REFERENCE = "210000000003139471430009017", "RF18539007547034"
ROBERT = Party("Robert Schneider AG", "2501", "Biel", street="Rue du Lac", house_number="1268")
PIA = Party("Pia-Maria Rutschmann-Schnyder", "9400", "Rorschach", "Grosse Marktgasse", "28")
BILL = QrBill(QR_ACCOUNT, ROBERT, 194_975, QR_REFERENCE, "Ordre du 15 juin 2020", debtor=PIA)


class TestPayload:
    def test_is_the_text_of_the_standards_first_sample(self):
        assert BILL.payload.split("\r\n") == [
            *("SPC", "0200", "1", QR_ACCOUNT),
            *("S", "Robert Schneider AG", "Rue du Lac", "1268", "2501", "Biel", "CH"),
            *("",) * 7,
            *("1949.75", "CHF"),
            *("S", "Pia-Maria Rutschmann-Schnyder", "Grosse Marktgasse", "28"),
            *("9400", "Rorschach", "CH"),
            *("QRR", QR_REFERENCE, "Ordre du 15 juin 2020", "EPD"),
        ]

    def test_leaves_amount_debtor_and_reference_free(self):
        payload = QrBill(PLAIN_ACCOUNT, ROBERT, None).payload.split("\r\n")

        assert payload[18:] == ["", "CHF", *("",) * 7, "NON", "", "", "EPD"]

    def test_is_read_back_from_its_code(self):
        bill = replace(BILL, creditor=replace(ROBERT, name="Œuvre Străjă Žák & Łódź €"))
        picture = io.BytesIO()
        segno.make(bill.payload, error="m", encoding="utf-8").save(picture, kind="png", scale=4)

        found = zxingcpp.read_barcode(Image.open(picture))

        assert found is not None
        assert found.bytes.decode() == bill.payload

    @given(name=st.text(max_size=80), street=st.text(max_size=80), house=st.text(max_size=20))
    def test_has_31_lines_whatever_is_put_in_or_is_refused(self, name, street, house):
        try:
            party = Party(name, "2800", "Delémont", street=street, house_number=house)
        except refusals.QrBillRefused:
            return

        payload = replace(BILL, creditor=party).payload

        assert len(payload.splitlines()) == 31
        assert payload.split("\r\n")[5:8] == [name, street, house]


class TestParty:
    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"name": ""}, refusals.Missing),
            ({"name": " "}, refusals.Missing),
            ({"town": ""}, refusals.Missing),
            ({"postal_code": ""}, refusals.Missing),
            ({"name": "A" * 71}, refusals.TooLong),
            ({"street": "A" * 71}, refusals.TooLong),
            ({"house_number": "1" * 17}, refusals.TooLong),
            ({"postal_code": "1" * 17}, refusals.TooLong),
            ({"town": "A" * 36}, refusals.TooLong),
            ({"town": "Biel\nCH"}, refusals.ForbiddenCharacter),
            ({"house_number": "1\n"}, refusals.ForbiddenCharacter),
            ({"name": "Robert\rAG"}, refusals.ForbiddenCharacter),
            ({"name": "Robert\x00"}, refusals.ForbiddenCharacter),
            ({"name": "Robert\x85AG"}, refusals.ForbiddenCharacter),
            ({"name": "Robert\u2028AG"}, refusals.ForbiddenCharacter),
            ({"name": "Ροβέρτος"}, refusals.ForbiddenCharacter),
            ({"name": "Robert 🐟"}, refusals.ForbiddenCharacter),
            ({"name": "Rene\u0301"}, refusals.ForbiddenCharacter),  # not composed
            ({"name": "Robert "}, refusals.StrayBlank),
            ({"country": "ch"}, refusals.NoSuchCountry),
            ({"country": "CHE"}, refusals.NoSuchCountry),
            ({"country": "CH\n"}, refusals.NoSuchCountry),
        ],
    )
    def test_refuses_what_breaks_the_standard(self, change, refusal):
        with pytest.raises(refusal):
            replace(ROBERT, **change)


class TestQrBill:
    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"account": "CH4431999123000889013"}, refusals.NoSuchAccount),
            ({"account": "CH44 3199 9123 0008 8901 2"}, refusals.NoSuchAccount),
            ({"account": "ch4431999123000889012"}, refusals.NoSuchAccount),
            ({"account": "DE89370400440532013000"}, refusals.NoSuchAccount),
            ({"account": "CH4431999123000889012\n"}, refusals.NoSuchAccount),
            ({"account": "CH443199912300088901２"}, refusals.NoSuchAccount),
            ({"amount_cents": 0}, refusals.AmountOutOfBounds),
            ({"amount_cents": -1}, refusals.AmountOutOfBounds),
            ({"amount_cents": 100_000_000_000}, refusals.AmountOutOfBounds),
            ({"currency": "USD"}, refusals.NoSuchCurrency),
            ({"reference": ""}, refusals.WrongKindOfReference),
            ({"reference": CREDITOR_REFERENCE}, refusals.WrongKindOfReference),
            ({"reference": QR_REFERENCE[:-1] + "8"}, refusals.MistypedReference),
            ({"reference": "0" * 27}, refusals.MistypedReference),
            ({"account": PLAIN_ACCOUNT}, refusals.WrongKindOfReference),
            (
                {"account": PLAIN_ACCOUNT, "reference": "RF19539007547034"},
                refusals.MistypedReference,
            ),
            ({"account": PLAIN_ACCOUNT, "reference": "RF18 5390 0754"}, refusals.MistypedReference),
            ({"message": "A" * 141}, refusals.TooLong),
            ({"message": "one\ntwo"}, refusals.ForbiddenCharacter),
        ],
    )
    def test_refuses_what_breaks_the_standard(self, change, refusal):
        with pytest.raises(refusal):
            replace(BILL, **change)

    @pytest.mark.parametrize(
        ("account", "reference", "kind"),
        [
            (QR_ACCOUNT, QR_REFERENCE, ReferenceKind.QR),
            (PLAIN_ACCOUNT, CREDITOR_REFERENCE, ReferenceKind.CREDITOR),
            (PLAIN_ACCOUNT, "", ReferenceKind.NONE),
        ],
    )
    def test_takes_the_reference_that_fits_the_account(self, account, reference, kind):
        assert QrBill(account, ROBERT, 1, reference).reference_kind is kind

    @pytest.mark.parametrize(
        ("cents", "written"), [(1, "0.01"), (100, "1.00"), (99_999_999_999, "999999999.99")]
    )
    def test_writes_the_amount_with_two_decimals(self, cents, written):
        assert replace(BILL, amount_cents=cents).amount == written


class TestReferences:
    @given(number=st.from_regex(r"[0-9]{8}", fullmatch=True).filter(lambda text: int(text) > 0))
    def test_a_number_makes_references_that_are_valid(self, number):
        assert references.is_qr_reference(references.qr_reference(number, prefix="123456"))
        assert references.is_creditor_reference(references.creditor_reference(number))

    @given(
        number=st.from_regex(r"[1-9][0-9]{7}", fullmatch=True),
        place=st.integers(0, 26),
        by=st.integers(1, 9),
    )
    def test_one_wrong_digit_is_always_seen(self, number, place, by):
        right = references.qr_reference(number)
        digit = str((int(right[place]) + by) % 10)

        assert not references.is_qr_reference(right[:place] + digit + right[place + 1 :])

    @pytest.mark.parametrize("number", ["", "1234567890123456789012345678", "12A", "１２"])
    def test_refuses_what_is_no_number(self, number):
        if number:
            with pytest.raises(refusals.NotNumberable):
                references.qr_reference(number)
        with pytest.raises(refusals.NotNumberable):
            references.creditor_reference(number.replace("12A", "12-"))

    @given(text=st.text(max_size=30))
    def test_never_stumbles_over_a_text(self, text):
        references.is_qr_reference(text)
        references.is_creditor_reference(text)
        accounts.is_account(text)


def test_the_permitted_characters_end_no_line():
    permitted = [chr(point) for point in range(0x11_0000) if accounts.is_permitted(chr(point))]

    assert len(("x" + "x".join(permitted)).splitlines()) == 1
    assert len(permitted) == 95 + 224 + 4 + 1
