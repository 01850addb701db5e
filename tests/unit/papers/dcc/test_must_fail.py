"""What must never be valid, each with the reason that is named."""

import zlib
from datetime import timedelta

import base45
import cbor2
import pytest

from tests.certificates import (
    ES256,
    EXPIRES,
    ISSUED,
    NOW,
    PERSON,
    PS256,
    RECOVERY,
    SIGNER_BEGINS,
    SIGNER_ENDS,
    TEST,
    VACCINATION,
    certificate,
    claimed,
    country,
    message,
    of,
    pairs,
    text,
    text_with,
)  # fmt: skip
from visavis.papers.dcc import barcode, envelope, revocation, verifying
from visavis.papers.dcc.envelope import Envelope
from visavis.papers.dcc.refusals import SENTENCES, Refusal
from visavis.papers.dcc.revocation import HashType, Revoked

FOREIGN = country(number=2)
RSA = country(PS256)
ARC = "1.3.6.1.4.1.1847.2021.1."
OLD_ARC = "1.3.6.1.4.1.0.1847.2021.1."
TEST_ONLY = country(usages=(ARC + "1",))
VACCINATION_ONLY = country(usages=(OLD_ARC + "2",))
RECOVERY_ONLY = country(usages=(ARC + "3",))
SIGNERS = [
    one.signer for one in (country(), RSA, TEST_ONLY, VACCINATION_ONLY, RECOVERY_ONLY)
]  # without FOREIGN
KEY = country().signer.key_id
GENUINE = text()
GOOD = message()
R = Refusal


def base(packed: bytes) -> str:
    return "HC1:" + base45.b45encode(packed).decode()


def raw(encoded: bytes) -> str:
    return barcode.text_of(encoded)


def tagged(parts: object, *tags: int) -> str:
    for tag in tags:
        parts = cbor2.CBORTag(tag, parts)
    return raw(cbor2.dumps(parts))


def headed(protected: dict[int, object] | bytes, **unprotected: object) -> str:
    return text(protected=protected, unprotected=unprotected.get("rest"))


def flipped(place: int, part: int) -> str:
    parts = list(GOOD)
    changed = bytearray(parts[part])
    changed[place] ^= 1
    parts[part] = bytes(changed)
    return tagged(parts, 18)


def named(**changes: object) -> dict[str, object]:
    kept = {**PERSON["nam"], **changes}
    return certificate(nam={key: value for key, value in kept.items() if value is not None})


def without(name: str, group: str) -> str:
    return text_with(of(group, **{name: None}))


TRANSPORT = {
    "nothing": ("", R.NO_PREFIX),
    "no prefix": (GENUINE[4:], R.NO_PREFIX),
    "another context": (GENUINE.replace("HC1", "HC2", 1), R.NO_PREFIX),
    "a prefix in small letters": ("hc1:" + GENUINE[4:], R.NO_PREFIX),
    "a blank before the prefix": (" " + GENUINE, R.NO_PREFIX),
    "longer than a QR code": ("HC1:" + "0" * 5000, R.TOO_LONG),
    "a small letter": (GENUINE[:-1] + "a", R.NOT_BASE45),
    "a letter with an accent": (GENUINE + "É", R.NOT_BASE45),
    "one character too many": (GENUINE[: 4 + 3 * 30 + 1], R.NOT_BASE45),
    "a group beyond 65535": ("HC1::::", R.NOT_BASE45),
    "a group of exactly 65536": ("HC1:GGW", R.NOT_BASE45),
    "a pair beyond 255": ("HC1:000::", R.NOT_BASE45),
    "a line end, which the library forgives": (GENUINE + "\n", R.NOT_BASE45),
    "full-width digits": ("HC1:\uff10\uff10\uff10", R.NOT_BASE45),
    "only the prefix": ("HC1:", R.NOT_COMPRESSED),
    "not compressed": (base(cbor2.dumps(GOOD)), R.NOT_COMPRESSED),
    "gzip instead of zlib": (base(zlib.compress(b"x", wbits=31)), R.NOT_COMPRESSED),
    "deflate without frame": (base(zlib.compress(b"x", wbits=-15)), R.NOT_COMPRESSED),
    "cut short": (base(zlib.compress(cbor2.dumps(GOOD))[:-6]), R.NOT_COMPRESSED),
    "a wrong checksum": (base(zlib.compress(b"abc")[:-1] + b"\x00"), R.NOT_COMPRESSED),
    "a bomb": (base(zlib.compress(bytes(2_000_000), 9)), R.BOMB),
    "one byte more than allowed": (base(zlib.compress(bytes(32 * 1024 + 1))), R.BOMB),
    "something behind the stream": (base(zlib.compress(b"\x00") + b"!"), R.LEFT_OVER),
    "two streams": (base(zlib.compress(b"\x00") * 2), R.LEFT_OVER),
}  # fmt: skip
CBOR = {
    "an empty stream": (raw(b""), R.NOT_CBOR),
    "CBOR cut short": (raw(cbor2.dumps(GOOD)[:-1]), R.NOT_CBOR),
    "CBOR and more": (raw(cbor2.dumps(GOOD) + b"\x00"), R.NOT_CBOR),
    "a boast of many items": (raw(bytes.fromhex("9b7fffffffffffffff00")), R.NOT_CBOR),
    "a boast of many bytes": (raw(bytes.fromhex("5b7fffffffffffffff00")), R.NOT_CBOR),
    "a reserved length": (raw(b"\x1c"), R.NOT_CBOR),
    "undefined": (raw(b"\xf7"), R.NOT_CBOR),
    "a lonely break": (raw(b"\xff"), R.NOT_CBOR),
    "a piece of another kind": (raw(bytes.fromhex("5f6161ff")), R.NOT_CBOR),
    "text that is not UTF-8": (raw(b"\x61\xff"), R.NOT_CBOR),
    "lists in lists": (raw(b"\x81" * 900 + b"\x00"), R.NESTED_TOO_DEEP),
    "tags in tags": (raw(b"\xd2" * 900 + b"\x00"), R.NESTED_TOO_DEEP),
    "lists in lists of the payload": (text(b"\x81" * 40 + b"\x00"), R.NESTED_TOO_DEEP),
    "algorithm twice": (headed(pairs((1, -7), (4, KEY), (1, -37))), R.DUPLICATE_KEY),
    "expiry twice": (text(pairs((4, 1), (6, 1), (4, 2))), R.DUPLICATE_KEY),
    "a key in two spellings": (text(b"\xa2\x04\x01\x18\x04\x02"), R.DUPLICATE_KEY),
    "a name twice": (text(pairs((-260, 1))[:-1] + b"\xa1\x01" + pairs(("dob", ""), ("dob", "1"))), R.DUPLICATE_KEY),
    "true as a key": (headed(pairs((True, -7), (4, KEY))), R.NOT_CBOR),
    "a fraction as a key": (headed(pairs((1.0, -7), (4, KEY))), R.NOT_CBOR),
    "bytes as a key": (text(pairs((b"a", 1))), R.NOT_CBOR),
    "a list as a key": (text(pairs(([1], 1))), R.NOT_CBOR),
}  # fmt: skip
ENVELOPE = {
    "a number": (raw(b"\x00"), R.NOT_SIGNED),
    "three parts": (tagged(GOOD[:3], 18), R.NOT_SIGNED),
    "five parts": (tagged([*GOOD, b""], 18), R.NOT_SIGNED),
    "the tag of several signatures": (tagged(GOOD, 98), R.NOT_SIGNED),
    "the tag of an authentication code": (tagged(GOOD, 17), R.NOT_SIGNED),
    "the tag of CWT alone": (tagged(GOOD, 61), R.NOT_SIGNED),
    "the tag of COSE twice": (tagged(GOOD, 18, 18), R.NOT_SIGNED),
    "the tags in the wrong order": (tagged(GOOD, 61, 18), R.NOT_SIGNED),
    "no payload": (tagged([GOOD[0], {}, None, GOOD[3]], 18), R.NOT_SIGNED),
    "a signature that is text": (tagged([*GOOD[:3], "x" * 64], 18), R.NOT_SIGNED),
    "a header that is a list": (headed(b"\x80"), R.HEADER_MALFORMED),
    "a key id that is text": (headed({1: ES256, 4: "ABCDEFGH"}), R.HEADER_MALFORMED),
    "an algorithm that is true": (headed({1: True, 4: KEY}), R.HEADER_MALFORMED),
    "a critical header": (headed({1: ES256, 4: KEY, 2: [99], 99: 1}), R.HEADER_CRITICAL),
    "a critical header outside": (headed({1: ES256, 4: KEY}, rest={2: [1]}), R.HEADER_CRITICAL),
    "no algorithm": (headed({4: KEY}), R.ALGORITHM_MISSING),
    "no header": (headed(b""), R.ALGORITHM_MISSING),
    "EdDSA": (headed({1: -8, 4: KEY}), R.ALGORITHM_UNSUPPORTED),
    "ES384": (headed({1: -35, 4: KEY}), R.ALGORITHM_UNSUPPORTED),
    "PS512": (headed({1: -39, 4: KEY}), R.ALGORITHM_UNSUPPORTED),
    "RS256, which is outdated": (headed({1: -257, 4: KEY}), R.ALGORITHM_UNSUPPORTED),
    "HMAC, which anybody can make": (headed({1: 5, 4: KEY}), R.ALGORITHM_UNSUPPORTED),
    "an algorithm by name": (headed({1: "ES256", 4: KEY}), R.ALGORITHM_UNSUPPORTED),
    "a weak algorithm before a good one": (headed({1: -257, 4: KEY}, rest={1: ES256}), R.ALGORITHM_UNSUPPORTED),
    "no key id": (headed({1: ES256}), R.KEY_ID_MISSING),
    "a key id of 7 bytes": (headed({1: ES256, 4: KEY[:7]}), R.KEY_ID_MALFORMED),
    "a key id of 9 bytes": (headed({1: ES256, 4: KEY + b"x"}), R.KEY_ID_MALFORMED),
}  # fmt: skip
SIGNATURE = {
    "a key that nobody trusts": (text(by=FOREIGN), R.KEY_UNKNOWN),
    "a wrong key id before a right one": (headed({1: ES256, 4: b"\0" * 8}, rest={4: KEY}), R.KEY_UNKNOWN),
    "only a wrong key id outside": (headed({1: ES256}, rest={4: b"\0" * 8}), R.KEY_UNKNOWN),
    "PS256 with a key for ES256": (headed({1: PS256, 4: KEY}), R.ALGORITHM_NOT_OF_KEY),
    "ES256 with a key for PS256": (text(by=RSA, protected={1: ES256, 4: RSA.signer.key_id}), R.ALGORITHM_NOT_OF_KEY),
    "an empty signature": (text(signature=b""), R.SIGNATURE_MALFORMED),
    "a signature of 63 bytes": (text(signature=GOOD[3][:63]), R.SIGNATURE_MALFORMED),
    "a signature in DER, 71 bytes": (text(signature=bytes(71)), R.SIGNATURE_MALFORMED),
    "an RSA signature of 255 bytes": (text(by=RSA, signature=bytes(255)), R.SIGNATURE_MALFORMED),
    "r and s of zero": (text(signature=bytes(64)), R.SIGNATURE_WRONG),
    "r and s beyond the order": (text(signature=b"\xff" * 64), R.SIGNATURE_WRONG),
    "r and s exchanged": (text(signature=GOOD[3][32:] + GOOD[3][:32]), R.SIGNATURE_WRONG),
    "an RSA signature of zeros": (text(by=RSA, signature=bytes(256)), R.SIGNATURE_WRONG),
    "somebody else's signature, our key id": (text(by=FOREIGN, protected={1: ES256, 4: KEY}), R.SIGNATURE_WRONG),
    "one bit of the signature": (flipped(10, 3), R.SIGNATURE_WRONG),
    "one bit of the payload": (flipped(-1, 2), R.SIGNATURE_WRONG),
    "the signature of another payload": (text(claimed(iss="AT"), signature=GOOD[3]), R.SIGNATURE_WRONG),
    "nonsense, and not genuine": (text(b"\x00", signature=GOOD[3]), R.SIGNATURE_WRONG),
}  # fmt: skip
CLAIMS = {
    "claims that are a list": (text(b"\x80"), R.CLAIMS_MALFORMED),
    "no expiry": (text(claimed(exp=None)), R.CLAIMS_MALFORMED),
    "no date of issue": (text(claimed(iat=None)), R.CLAIMS_MALFORMED),
    "an expiry that is text": (text(claimed(exp="2030-01-01")), R.CLAIMS_MALFORMED),
    "an expiry that is true": (text(claimed(exp=True)), R.CLAIMS_MALFORMED),
    "an expiry that is no number": (text(claimed(exp=float("nan"))), R.CLAIMS_MALFORMED),
    "an expiry at infinity": (text(claimed(exp=float("inf"))), R.CLAIMS_MALFORMED),
    "an expiry after the year 9999": (text(claimed(exp=2**60)), R.CLAIMS_MALFORMED),
    "a date of issue before 1970": (text(claimed(iat=-1)), R.CLAIMS_MALFORMED),
    "a tagged date": (text(claimed(iat=cbor2.CBORTag(1, 0))), R.CLAIMS_MALFORMED),
    "an issuer that is a number": (text(claimed(iss=756)), R.CLAIMS_MALFORMED),
    "issued in a second": (text(claimed(iat=int(NOW.timestamp()) + 1)), R.NOT_YET_ISSUED),
    "not before tomorrow": (text(claimed(nbf=int(NOW.timestamp()) + 86_400)), R.NOT_YET_ISSUED),
    "expired in this second": (text(claimed(exp=int(NOW.timestamp()))), R.EXPIRED),
    "expired half a second ago": (text(claimed(exp=NOW.timestamp() - 0.5)), R.EXPIRED),
    "no health certificate": (text(pairs((1, "CH"), (4, 2**31), (6, 0))), R.NO_CERTIFICATE),
    "a health certificate that is text": (text_with("none"), R.NO_CERTIFICATE),
    "a health certificate of another kind": (text(pairs((4, 2**31), (6, 0), (-260, {2: {}}))), R.NO_CERTIFICATE),
}  # fmt: skip
CONTENT = {
    "version 2": (text_with(certificate(ver="2.0.0")), R.VERSION_UNSUPPORTED),
    "version 10": (text_with(certificate(ver="10.3.0")), R.VERSION_UNSUPPORTED),
    "a version that is a number": (text_with(certificate(ver=1.3)), R.SCHEMA),
    "no version": (text_with(certificate(ver=None)), R.SCHEMA),
    "nothing happened": (text_with(certificate(r=None)), R.NOT_ONE_ENTRY),
    "no recovery in the list": (text_with(certificate(r=[])), R.NOT_ONE_ENTRY),
    "two recoveries": (text_with(certificate(r=[RECOVERY, RECOVERY])), R.NOT_ONE_ENTRY),
    "vaccination and recovery": (text_with(certificate(v=[VACCINATION])), R.NOT_ONE_ENTRY),
    "all three": (text_with(certificate(v=[VACCINATION], t=[TEST])), R.NOT_ONE_ENTRY),
    "recovery and an empty list": (text_with(certificate(t=[])), R.NOT_ONE_ENTRY),
    "a recovery that is no list": (text_with(certificate(r=RECOVERY)), R.SCHEMA),
    "null for a recovery": (text_with(certificate(r=[None])), R.SCHEMA),
    "no name": (text_with(certificate(nam=None)), R.SCHEMA),
    "neither name for machines": (text_with(named(fnt=None, gnt=None)), R.SCHEMA),
    "small letters for machines": (text_with(named(fnt="Zolc")), R.SCHEMA),
    "a line end in a name for machines": (text_with(named(fnt="ZOLC\n")), R.SCHEMA),
    "a name of 81 characters": (text_with(named(fn="x" * 81)), R.SCHEMA),
    "no birth date": (text_with(certificate(dob=None)), R.SCHEMA),
    "born in 1899": (text_with(certificate(dob="1899-12-31")), R.SCHEMA),
    "born in Arabic digits": (text_with(certificate(dob="19٦1-04-01")), R.SCHEMA),
    "a birth date with time": (text_with(certificate(dob="1961-04-01T00:00:00")), R.SCHEMA),
    "30 February": (text_with(of("r", fr="2021-02-30")), R.SCHEMA),
    "a day without hyphens": (text_with(of("r", df="20220111")), R.SCHEMA),
    "a day that is a number": (text_with(of("r", du=20220629)), R.SCHEMA),
    "a country in small letters": (text_with(of("r", co="ch")), R.SCHEMA),
    "dose 0": (text_with(of("v", dn=0)), R.SCHEMA),
    "a dose that is text": (text_with(of("v", dn="2")), R.SCHEMA),
    "a dose that is a fraction": (text_with(of("v", sd=2.0)), R.SCHEMA),
    "a dose that is true": (text_with(of("v", dn=True)), R.SCHEMA),
    "a sample without time zone": (text_with(of("t", sc="2022-01-14T09:30:00")), R.SCHEMA),
    "a sample at 25 o'clock": (text_with(of("t", sc="2022-01-14T25:30:00Z")), R.SCHEMA),
    "an identifier of 81 characters": (text_with(of("r", ci="A" * 81)), R.SCHEMA),
    "null where text belongs": (text_with(of("t", nm=cbor2.CBORTag(0, None))), R.SCHEMA),
    "bytes where text belongs": (text_with(certificate(dob=b"1961")), R.SCHEMA),
    "a number for a field": (text_with({**certificate(), 7: 1}), R.SCHEMA),
    "a sample at an impossible offset": (text_with(of("t", sc="2022-01-14T09:30:00+24:00")), R.SCHEMA),
    "a sample at the end of time": (text_with(of("t", sc="9999-12-31T23:59:59-23:59")), R.EVENT_IN_FUTURE),
    "a dose at the end of time": (text_with(of("v", dt="9999-12-31")), R.EVENT_IN_FUTURE),
    "a positive test": (text_with(of("t", tr="260373001")), R.TEST_POSITIVE),
    "a sample taken later": (text_with(of("t", sc="2022-01-15T12:00:01Z")), R.EVENT_IN_FUTURE),
    "a dose given the day after tomorrow": (text_with(of("v", dt="2022-01-17")), R.EVENT_IN_FUTURE),
    "ill only next month": (text_with(of("r", fr="2022-02-01")), R.EVENT_IN_FUTURE),
}  # fmt: skip
MISSING = {
    f"{group} without {name}": (without(name, group), R.SCHEMA)
    for group, names in {
        "r": ("tg", "fr", "co", "is", "df", "du", "ci"),
        "v": ("tg", "vp", "mp", "ma", "dn", "sd", "dt", "co", "is", "ci"),
        "t": ("tg", "tt", "sc", "tr", "co", "is", "ci"),
    }.items()
    for name in names
}
USAGE = {
    "a vaccination by a signer for tests": (text_with(of("v"), by=TEST_ONLY), R.KEY_USAGE),
    "a recovery by a signer for tests": (text_with(of("r"), by=TEST_ONLY), R.KEY_USAGE),
    "a test by a signer for vaccinations": (text_with(of("t"), by=VACCINATION_ONLY), R.KEY_USAGE),
    "a recovery by a signer for vaccinations": (text_with(of("r"), by=VACCINATION_ONLY), R.KEY_USAGE),
    "a test by a signer for recoveries": (text_with(of("t"), by=RECOVERY_ONLY), R.KEY_USAGE),
    "a vaccination by a signer for recoveries": (text_with(of("v"), by=RECOVERY_ONLY), R.KEY_USAGE),
}  # fmt: skip
CASES = TRANSPORT | CBOR | ENVELOPE | SIGNATURE | CLAIMS | CONTENT | MISSING | USAGE
ELSEWHERE = {Refusal.REVOKED, Refusal.SIGNER_OUT_OF_DATE}  # these need more than a text


@pytest.mark.parametrize(("code", "refusal"), CASES.values(), ids=CASES)
def test_names_the_reason_for(code, refusal):
    verdict = verifying.verify(code, signers=SIGNERS, now=NOW)

    assert verdict.refusal is refusal
    assert not verdict.is_valid


def test_there_are_enough_cases_and_every_reason_has_one():
    assert len(CASES) >= 60
    assert {refusal for _, refusal in CASES.values()} | ELSEWHERE == set(Refusal)
    assert set(SENTENCES) == set(Refusal)
    assert len(set(SENTENCES.values())) == len(Refusal)


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        pytest.param(ISSUED - timedelta(seconds=1), R.NOT_YET_ISSUED, id="before it was issued"),
        pytest.param(ISSUED, None, id="in the second of issue"),
        pytest.param(EXPIRES - timedelta(seconds=1), None, id="in the last second"),
        pytest.param(EXPIRES, R.EXPIRED, id="at the expiry"),
    ],
)
def test_knows_the_first_and_the_last_second(now, refusal):
    content = of("r", fr="2021-12-20")

    assert verifying.verify(text_with(content), signers=SIGNERS, now=now).refusal is refusal


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(SIGNER_BEGINS - timedelta(seconds=1), id="before its signer was"),
        pytest.param(SIGNER_ENDS + timedelta(seconds=1), id="after its signer was"),
    ],
)
def test_refuses_a_certificate_outside_the_time_of_its_signer(now):
    code = text(claimed(of("r", fr="2020-12-01"), iat=0, exp=2**31))

    assert verifying.verify(code, signers=SIGNERS, now=now).refusal is R.SIGNER_OUT_OF_DATE


def opened(code: str) -> Envelope:
    return envelope.opened(barcode.signed_bytes(code))


def hashed(hash_type: HashType, code: str) -> bytes:
    found = revocation.hashes(opened(code), country="CH", issuer="CH", identifier=RECOVERY["ci"])
    return dict(found)[hash_type]


@pytest.mark.parametrize("by", [country(), RSA], ids=["ES256", "PS256"])
@pytest.mark.parametrize("key_known", [True, False])
@pytest.mark.parametrize("hash_type", HashType)
def test_refuses_what_was_revoked_by_any_kind_of_hash(hash_type, key_known, by):
    code = text(by=by)
    key_id = by.signer.key_id if key_known else None
    listed = Revoked("CH", key_id, hash_type, hashed(hash_type, code))

    verdict = verifying.verify(code, signers=SIGNERS, now=NOW, revoked=frozenset({listed}))

    assert verdict.refusal is R.REVOKED


def test_knows_a_revoked_signature_again_when_its_second_half_is_written_the_other_way():
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    parts = list(GOOD)
    other = order - int.from_bytes(parts[3][32:], "big")
    parts[3] = parts[3][:32] + other.to_bytes(32, "big")
    listed = Revoked("CH", None, HashType.SIGNATURE, hashed(HashType.SIGNATURE, tagged(GOOD, 18)))

    verdict = verifying.verify(
        tagged(parts, 18), signers=SIGNERS, now=NOW, revoked=frozenset({listed})
    )

    assert verifying.verify(tagged(parts, 18), signers=SIGNERS, now=NOW).is_valid
    assert verdict.refusal is R.REVOKED


@pytest.mark.parametrize(
    ("code", "key_id"),
    [
        pytest.param("AT", None, id="another country"),
        pytest.param("CH", bytes(8), id="another key"),
    ],
)
def test_a_list_speaks_for_its_own_country_and_key_only(code, key_id):
    listed = Revoked(code, key_id, HashType.UCI, hashed(HashType.UCI, GENUINE))

    assert verifying.verify(GENUINE, signers=SIGNERS, now=NOW, revoked=frozenset({listed})).is_valid


def test_shows_nothing_before_the_signature_was_found_genuine():
    verdict = verifying.verify(flipped(-1, 2), signers=SIGNERS, now=NOW)

    assert (verdict.signer, verdict.claims, verdict.certificate) == (None, None, None)


def test_says_where_the_schema_is_broken_and_not_what_stands_there():
    verdict = verifying.verify(
        text_with(of("r", fr="Geheim", df="Secret")), signers=SIGNERS, now=NOW
    )

    assert verdict.detail == "r.0.df, r.0.fr"
