"""What is valid although it is unusual, because countries write it; and round trips."""

import json
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta

import base45
import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.certificates import NOW, PS256, claimed, country, message, of, text, text_with
from visavis.papers.dcc import barcode, cbor, verifying
from visavis.papers.dcc.refusals import Refusal, Refused

RSA = country(PS256)
ARC = "1.3.6.1.4.1.1847.2021.1."
SIGNERS = [country().signer, RSA.signer]
KEY = country().signer.key_id
CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"


def open_ended(value: object) -> bytes:
    """CBOR as some writers make it: maps and lists without a stated length."""
    if isinstance(value, dict):
        inner = b"".join(cbor2.dumps(key) + open_ended(item) for key, item in value.items())
        return b"\xbf" + inner + b"\xff"
    if isinstance(value, list):
        return b"\x9f" + b"".join(open_ended(item) for item in value) + b"\xff"
    return cbor2.dumps(value)


VALID = {
    "ES256": text(),
    "PS256": text(by=RSA),
    "PS256 with the salt of some Swiss certificates": text(by=RSA, salt=20),
    "PS256 with the longest salt": text(by=RSA, salt=222),
    "without tag": text(tag=None),
    "in the tag of CWT": barcode.text_of(
        cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, message())))
    ),
    "the key id outside": text(protected={1: -7}, unprotected={4: KEY}),
    "a wrong key id outside": text(unprotected={4: b"foo"}),
    "the algorithm outside": text(protected={4: KEY}, unprotected={1: -7}),
    "both outside, the header an empty map": text(protected=b"\xa0", unprotected={1: -7, 4: KEY}),
    "both outside, no header": text(protected=b"", unprotected={1: -7, 4: KEY}),
    "fractions of seconds": text(claimed(iat=NOW.timestamp() - 0.5, exp=NOW.timestamp() + 0.5)),
    "no issuer": text(claimed(iss=None)),
    "maps of no stated length": text(open_ended(cbor2.loads(claimed()))),
    "a vaccination": text_with(of("v")),
    "a vaccination of today where the day begins first": text_with(of("v", dt="2022-01-16")),
    "a dose at the beginning of time": text_with(of("v", dt="0001-01-01")),
    "a test": text_with(of("t")),
    "a sample at the beginning of time": text_with(of("t", sc="0001-01-01T00:00:00+23:59")),
    "a sample with fractions, in small letters": text_with(
        of("t", sc="2022-01-14t09:30:00.1234567z")
    ),
    "a birth date that is not known": text_with({**of("r"), "dob": ""}),
    "fields that the schema does not name": text_with({**of("r", xx=1), "yy": None}),
    "the last version of the schema": text_with({**of("r"), "ver": "1.3.3"}),
    "the first version of the schema": text_with({**of("r"), "ver": "1.0.0"}),
}


@pytest.mark.parametrize("code", VALID.values(), ids=VALID)
def test_is_valid(code):
    verdict = verifying.verify(code, signers=SIGNERS, now=NOW)

    assert (verdict.refusal, verdict.detail) == (None, "")


@pytest.mark.parametrize(
    ("usages", "groups"),
    [
        pytest.param(None, "vtr", id="no list of usages"),
        pytest.param((), "vtr", id="an empty list, which cryptography refuses to read"),
        pytest.param((CLIENT_AUTHENTICATION,), "vtr", id="usages of another kind"),
        pytest.param((ARC + "1", ARC + "3"), "tr", id="two of the three"),
        pytest.param((CLIENT_AUTHENTICATION, ARC + "2"), "v", id="one among others"),
        pytest.param(("1.3.6.1.4.1.0.1847.2021.1.3",), "r", id="the form of the early draft"),
    ],
)
def test_a_signer_signs_what_its_certificate_says(usages, groups):
    by = country(usages=usages)

    signed = [
        group
        for group in "vtr"
        if verifying.verify(text_with(of(group), by=by), signers=[by.signer], now=NOW).is_valid
    ]

    assert "".join(signed) == groups


def test_tries_every_signer_with_the_same_key_id():
    def renamed(signer):
        return type(signer)(
            "AT",
            KEY,
            signer.public,
            signer.algorithm,
            signer.kinds,
            signer.begins_at,
            signer.ends_at,
        )

    others = [renamed(country(number=2).signer), renamed(RSA.signer)]

    verdict = verifying.verify(text(), signers=[*others, country().signer], now=NOW)

    assert verdict.is_valid
    assert verdict.signer is country().signer


def test_shows_what_an_expired_certificate_says():
    verdict = verifying.verify(text(), signers=SIGNERS, now=NOW + timedelta(days=750))

    assert verdict.refusal is Refusal.EXPIRED
    assert verdict.claims is not None


@given(st.binary(max_size=600))
def test_a_text_comes_back_as_the_bytes_that_were_written(signed):
    assert barcode.signed_bytes(barcode.text_of(signed)) == signed


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=60))
def test_base45_is_refused_or_has_one_spelling(code):
    try:
        barcode.signed_bytes("HC1:" + code)
    except Refused as refused:
        if refused.refusal is Refusal.NOT_BASE45:
            return
    assert base45.b45encode(base45.b45decode(code)).decode() == code


def test_does_not_stumble_over_the_last_year():
    code = text(claimed(of("v"), exp=253_402_300_799))
    last = datetime(9999, 12, 31, 23, 0, tzinfo=UTC)

    assert verifying.verify(code, signers=SIGNERS, now=last).refusal is Refusal.SIGNER_OUT_OF_DATE


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda one: barcode.text_of(one)))
def test_whatever_is_read_gets_a_verdict_and_never_crashes(code):
    assert not verifying.verify(code, signers=SIGNERS, now=NOW).is_valid


@given(st.binary(max_size=200))
def test_whatever_is_signed_gets_a_verdict_and_never_crashes(payload):
    assert not verifying.verify(text(payload), signers=SIGNERS, now=NOW).is_valid


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.floats(allow_nan=False)
    | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)  # fmt: skip


@given(JSON)
def test_cbor_comes_back_as_the_value_that_was_written(value):
    assert cbor.read(cbor2.dumps(value)) == value
    assert cbor.read(open_ended(value)) == value


@given(st.dictionaries(st.sampled_from(["ver", "nam", "dob", "v", "t", "r"]), JSON))
def test_any_signed_content_gets_a_verdict(content):
    verdict = verifying.verify(text_with({**of("r"), **content}), signers=SIGNERS, now=NOW)

    json.dumps(verdict.detail)
    assert verdict.signer is not None


def test_a_bomb_costs_no_more_memory_than_a_certificate():
    code = "HC1:" + base45.b45encode(zlib.compress(bytes(2_500_000), 9)).decode()
    assert len(code) < barcode.MAX_CHARACTERS
    tracemalloc.start()

    with pytest.raises(Refused, match="bomb"):
        barcode.signed_bytes(code)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500_000
