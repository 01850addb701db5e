import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.gateways.payment_provider import signatures, wire
from visavis.gateways.payment_provider.errors import Unreachable, UntrustworthyEvent
from visavis.gateways.payment_provider.fake import faults
from visavis.gateways.payment_provider.fake.ledger import LIFETIME_S, Ledger, Notice, OtherOrder
from visavis.gateways.payment_provider.fake.texts import TEXTS
from visavis.gateways.payment_provider.types import Order, State

ORDER = Order(
    key="k-1",
    number="48291371",
    amount_cents=12_550,
    currency="CHF",
    purpose={"fr": "Permis de pêche"},
    return_url="http://127.0.0.1:8000/fr/",
    notify_url="http://127.0.0.1:8000/events",
    language="fr",
    presentation="web",
)


class Clock:
    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        self.at += 0.001
        return self.at


class TestSignatures:
    BODY = b'{"id": "evt-1"}'
    AT = 1_800_000_000

    @pytest.mark.parametrize(
        ("body", "secret", "late_s", "expected"),
        [
            pytest.param(BODY, "s", 0, True, id="just signed"),
            pytest.param(BODY, "s", signatures.TOLERANCE_S, True, id="at the tolerance"),
            pytest.param(BODY, "s", signatures.TOLERANCE_S + 1, False, id="too old"),
            pytest.param(BODY, "s", -signatures.TOLERANCE_S - 1, False, id="from the future"),
            pytest.param(BODY, "other", 0, False, id="another secret"),
            pytest.param(BODY + b" ", "s", 0, False, id="one blank more"),
        ],
    )
    def test_vouch_for_this_body_now(self, body, secret, late_s, expected):
        header = signatures.sign(self.BODY, secret="s", at=self.AT)

        assert (
            signatures.is_signed(body, header=header, secret=secret, at=self.AT + late_s)
            is expected
        )

    @given(st.text(max_size=90))
    def test_no_other_text_is_a_signature(self, header):
        assert not signatures.is_signed(self.BODY, header=header, secret="s", at=self.AT)

    def test_the_key_of_calls_does_not_sign_events(self):
        forged = signatures.sign(self.BODY, secret=signatures.api_key("s"), at=self.AT)

        assert not signatures.is_signed(self.BODY, header=forged, secret="s", at=self.AT)


class TestWire:
    REPORT = {
        "key": "k",
        "reference": "r",
        "state": "paid",
        "amount_cents": 5,
        "currency": "CHF",
        "page_url": "http://127.0.0.1/",
    }

    @pytest.mark.parametrize(
        "change",
        [
            {"state": "won"},
            {"amount_cents": "5"},
            {"amount_cents": True},
            {"amount_cents": -5},
            {"amount_cents": 2**31},
            {"key": ""},
            {"reference": None},
        ],
        ids=str,
    )
    def test_an_answer_that_is_no_report_is_no_answer(self, change):
        with pytest.raises(Unreachable):
            wire.report_of(json.dumps({**self.REPORT, **change}).encode())

    def test_an_answer_without_an_end_is_no_answer(self):
        with pytest.raises(Unreachable):
            wire.report_of(b"[" * 60_000)
        with pytest.raises(Unreachable):
            wire.transactions_of(b"[" * 60_000)

    @given(st.binary(max_size=60))
    def test_any_bytes_are_an_event_or_refused(self, body):
        with pytest.raises(UntrustworthyEvent):
            wire.event_of(body)

    @pytest.mark.parametrize("text", ["a\\u0000", "\\ud800"])
    def test_what_no_database_can_keep_is_refused(self, text):
        with pytest.raises(UntrustworthyEvent):
            wire.event_of(f'{{"id": "1", "key": "{text}"}}'.encode())

    def test_a_long_event_is_refused_before_it_is_read(self):
        body = b'{"id": "1", "key": "k", "pad": "' + b"x" * wire.EVENT_BYTES + b'"}'

        with pytest.raises(UntrustworthyEvent):
            wire.event_of(body)


class TestLedger:
    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "orders.jsonl"

    def test_one_key_is_one_order_whatever_the_repeats(self, path):
        ledger = Ledger(path, clock=Clock())

        assert len({ledger.create(ORDER).reference for _ in range(10)}) == 1

    def test_refuses_another_amount_under_the_same_key(self, path):
        from dataclasses import replace

        ledger = Ledger(path, clock=Clock())
        ledger.create(ORDER)

        with pytest.raises(OtherOrder):
            ledger.create(replace(ORDER, amount_cents=1))

    @pytest.mark.parametrize("cut", range(1, 40, 7))
    def test_remembers_all_whole_lines_after_a_kill(self, path, cut):
        ledger = Ledger(path, clock=Clock())
        ledger.create(ORDER)
        ledger.move(ORDER.key, State.FAILED)
        whole = path.read_bytes()
        ledger.move(ORDER.key, State.PAID)
        path.write_bytes(path.read_bytes()[: len(whole) + cut])

        again = Ledger(path, clock=Clock())

        found = again.find(ORDER.key)
        assert found is not None
        assert found.state is State.FAILED
        assert path.read_bytes() == whole
        assert [notice.state for notice in again.notices()] == [State.FAILED]

    @pytest.mark.parametrize("later", [State.FAILED, State.CLOSED, State.PAID])
    def test_what_is_paid_stays_paid(self, later):
        ledger = Ledger(None, clock=Clock())
        ledger.create(ORDER)
        ledger.move(ORDER.key, State.PAID)

        after = ledger.move(ORDER.key, later)

        assert after is not None
        assert after.state is State.PAID
        assert len(ledger.notices()) == 1

    def test_closes_a_page_that_nobody_used(self):
        clock = Clock()
        ledger = Ledger(None, clock=clock)
        ledger.create(ORDER)
        clock.at += LIFETIME_S + 1

        found = ledger.move(ORDER.key, State.PAID)

        assert found is not None
        assert found.state is State.CLOSED


class TestDue:
    NOTICES = [Notice(str(at), "k", State.OPEN, made_at=float(at)) for at in (1, 2, 3)]

    @pytest.mark.parametrize(
        ("events", "at", "expected"),
        [
            (faults.Events.ON_TIME, 3.0, ["1", "2", "3"]),
            (faults.Events.TWICE, 2.0, ["1", "1", "2", "2"]),
            (faults.Events.REVERSED, 3.0 + faults.SHUFFLE_S, ["3", "2", "1"]),
            (faults.Events.LATE, 3.0, []),
            (faults.Events.LATE, 3.0 + faults.LATE_S, ["1", "2", "3"]),
        ],
    )
    def test_sends_as_badly_as_it_was_told(self, events, at, expected):
        sent = faults.due(self.NOTICES, plan=faults.Plan(events=events), at=at)

        assert [notice.id for notice in sent] == expected


def test_the_page_says_everything_in_each_language():
    assert len({frozenset(texts) for texts in TEXTS.values()}) == 1
    assert set(TEXTS) == {"fr", "de", "it", "en"}
