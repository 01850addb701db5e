import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from visavis.devices import rules

NOW = datetime(2026, 10, 25, 0, 30, 1, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
UNSIGNED = rules.SignedRequest(
    device="saignelegier-kiosk",
    method="POST",
    path="/device/tickets",
    body=b'{"home": "http://127.0.0.1:8002/"}',
    timestamp=int(NOW.timestamp()),
    nonce="0" * 32,
    signature="",
)
SIGNED = replace(UNSIGNED, signature=base64.b64encode(KEY.sign(UNSIGNED.signed)).decode())


class TestIsSignedBy:
    def test_believes_exactly_what_was_signed(self):
        assert rules.is_signed_by(PUBLIC, SIGNED)

    @pytest.mark.parametrize(
        "altered",
        [
            pytest.param({"device": "porrentruy-kiosk"}, id="device"),
            pytest.param({"method": "PUT"}, id="method"),
            pytest.param({"path": "/device/tickets?x"}, id="path"),
            pytest.param({"body": b"{}"}, id="body"),
            pytest.param({"timestamp": UNSIGNED.timestamp + 1}, id="timestamp"),
            pytest.param({"nonce": "1" * 32}, id="nonce"),
            pytest.param({"signature": ""}, id="no signature"),
            pytest.param({"signature": "not base64!"}, id="no base64"),
        ],
    )
    def test_does_not_believe_anything_else(self, altered):
        assert not rules.is_signed_by(PUBLIC, replace(SIGNED, **altered))

    @pytest.mark.parametrize("key", ["", "AAAA", "not base64!", PUBLIC[:-2]])
    def test_does_not_believe_what_is_no_key(self, key):
        assert not rules.is_signed_by(key, SIGNED)

    def test_accepts_the_method_in_any_case_as_http_libraries_write_it(self):
        assert rules.is_signed_by(PUBLIC, replace(SIGNED, method="post"))


class TestIsTimely:
    @pytest.mark.parametrize(
        ("offset_s", "expected"),
        [(0, True), (-120, True), (120, True), (-121, False), (121, False), (-3600, False)],
    )
    def test_includes_both_ends_of_the_window(self, offset_s, expected):
        assert rules.is_timely(int(NOW.timestamp()) + offset_s, now=NOW) is expected

    def test_takes_a_clock_that_stands_at_1970_as_wrong_not_as_an_error(self):
        assert not rules.is_timely(0, now=NOW)

    def test_keeps_nonces_longer_than_a_request_can_be_timely(self):
        assert 2 * rules.CLOCK_TOLERANCE + timedelta(seconds=1) < rules.NONCES_KEPT


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0" * 32, True), ("0" * 31, False), ("A" * 32, False), ("0" * 32 + "\n", False), ("", False)],
)
def test_a_nonce_has_one_shape(text, expected):
    assert rules.is_nonce(text) is expected
