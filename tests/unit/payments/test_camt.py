from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.statements import Entry, Paid, statement
from visavis.payments.statements import camt

KINDS = [f"camt.{kind}.001.{version}" for kind in ("053", "054") for version in ("02", "04", "08")]
GOOD = statement(Entry([Paid("125.52", "R1")]))


class TestRead:
    @pytest.mark.parametrize("kind", KINDS)
    def test_tells_several_payments_of_one_entry_apart_in_every_version(self, kind):
        entry = Entry(
            [Paid("125.52", "R1", "T1"), Paid("20", "R2", "T2"), Paid("0.05", "R3", "T3")]
        )

        found = camt.read(statement(entry, kind=kind))

        assert found.kind == kind
        assert [(one.reference, one.amount_cents) for one in found.bookings] == [
            *(("R1", 12_552), ("R2", 2_000), ("R3", 5)),
        ]
        assert len({one.identity for one in found.bookings}) == 3

    def test_knows_the_same_booking_in_another_kind_of_file(self):
        entry = Entry([Paid("125.52", "R1", "T1"), Paid("20.00", "R2", "T2")])

        first, second = (
            [one.identity for one in camt.read(statement(entry, kind=kind)).bookings]
            for kind in ("camt.053.001.04", "camt.054.001.08")
        )

        assert first == second

    def test_tells_equal_payments_without_a_number_of_the_bank_apart(self):
        found = camt.read(statement(Entry([Paid("20.00", "R1", ""), Paid("20.00", "R1", "")])))

        assert len({one.identity for one in found.bookings}) == 2

    @pytest.mark.parametrize(
        ("entry", "bookings", "skipped"),
        [
            (Entry([Paid("1.00", "R1")], direction="DBIT"), 0, 1),
            (Entry([Paid("1.00", "R1")], direction="CRDT", reversal="true"), 0, 1),
            (Entry([Paid("1.00", "R1")], direction="DBIT", reversal="true"), 1, 0),
            (Entry([Paid("1.00", "R1")], status="PDNG"), 0, 1),
        ],
        ids=["paid out", "a payment out came back", "taken back", "announced only"],
    )
    def test_takes_in_only_what_is_booked_and_money_in(self, entry, bookings, skipped):
        found = camt.read(statement(entry))

        assert (len(found.bookings), found.skipped) == (bookings, skipped)

    def test_does_not_guess_at_a_sum_without_details(self):
        found = camt.read(statement(Entry([Paid("1.00", "R1"), Paid("2", "R2")], details=False)))

        assert [(one.amount_cents, one.has_details) for one in found.bookings] == [(300, False)]

    @pytest.mark.parametrize(
        ("old", "new", "refusal"),
        [
            (b"camt.054.001.08", b"camt.054.001.13", camt.NotAStatement),
            (b"camt.054.001.08", b"camt.052.001.08", camt.NotAStatement),
            (b"<Document", b"<!DOCTYPE Document [<!ENTITY a 'b'>]><Document", camt.NotAStatement),
            (b"</Document>", b"", camt.NotAStatement),
            (b"UTF-8", b"KLINGON", camt.NotAStatement),
            (b"M1", b"\xff", camt.NotAStatement),
            (b"<Id>1</Id>", b"<a>" * 50 + b"</a>" * 50, camt.NotAStatement),
            (b"CH5800791123000889012", b"CH5800791123000889013", camt.Malformed),
            (b">125.52<", b">125,52<", camt.Malformed),
            (b">125.52<", b">-125.52<", camt.Malformed),
            (b">125.52<", b">125.525<", camt.Malformed),
            (b">125.52<", b">0.00<", camt.Malformed),
            (b">125.52<", b">1e3<", camt.Malformed),
            (b'Ccy="CHF"', b'Ccy="chf"', camt.Malformed),
            (b"CRDT", b"BOTH", camt.Malformed),
            (b"2026-03-27", b"2026-02-30", camt.Malformed),
            (b"Ntfctn>", b"Other>", camt.Malformed),
        ],
    )
    def test_refuses_what_it_does_not_understand(self, old, new, refusal):
        assert old in GOOD

        with pytest.raises(refusal):
            camt.read(GOOD.replace(old, new))

    @given(place=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255))
    def test_one_spoilt_byte_is_read_or_refused_and_never_stumbled_over(self, place, byte):
        with suppress(camt.StatementRefused):
            camt.read(GOOD[:place] + bytes([byte]) + GOOD[place + 1 :])
