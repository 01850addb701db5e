"""The EU's own test vectors, each with the result that its country or the EU expects."""

import base64
import io
import json
from datetime import datetime
from pathlib import Path

import cbor2
import pytest
import zxingcpp
from PIL import Image, UnidentifiedImageError

from tests.certificates import of, text_with
from visavis.foundation import icao
from visavis.papers.dcc import barcode, claims, envelope, schema, signatures, trust, verifying
from visavis.papers.dcc.refusals import Refusal

FOLDER = Path(__file__).parents[3] / "vectors" / "dcc"
VECTORS = {
    f"{file.parent.name}/{file.stem}": json.loads(file.read_text())
    for file in sorted(FOLDER.glob("*/*.json"))
    if file.parent.name != "schema"
}
EXAMPLES = sorted((FOLDER / "schema" / "examples").rglob("*.json"))
REASONS = {  # what a false expectation means in our words
    "EXPECTEDUNPREFIX": {Refusal.NO_PREFIX},
    "EXPECTEDB45DECODE": {Refusal.NOT_BASE45},
    "EXPECTEDCOMPRESSION": {Refusal.NOT_COMPRESSED},
    "EXPECTEDDECODE": {Refusal.NOT_CBOR, Refusal.NO_CERTIFICATE},
    "EXPECTEDVERIFY": {Refusal.SIGNATURE_WRONG, Refusal.SIGNATURE_MALFORMED},
    "EXPECTEDEXPIRATIONCHECK": {Refusal.EXPIRED, Refusal.NOT_YET_ISSUED},
    "EXPECTEDSCHEMAVALIDATION": {Refusal.SCHEMA, Refusal.NOT_ONE_ENTRY},
    "EXPECTEDKEYUSAGE": {Refusal.KEY_USAGE},
}
# A test, signed with a Swedish key that may only sign vaccinations. The vector does not say what
# it expects of key usage; by the rules of the EU it must be refused.
WRONG_KEY = "LI/4"


def verdict_on(vector: dict) -> verifying.Verdict:
    told = vector["TESTCTX"]
    signer = trust.signer_of(base64.b64decode(told["CERTIFICATE"]), country="XX")
    now = datetime.fromisoformat(told["VALIDATIONCLOCK"])
    return verifying.verify(vector["PREFIX"], signers=[signer], now=now)


def test_none_is_missing():
    assert len(VECTORS) == 33
    assert len(EXAMPLES) == 27


@pytest.mark.parametrize("name", VECTORS)
def test_comes_to_the_expected_result(name):
    vector = VECTORS[name]
    failing = [what for what, holds in vector["EXPECTEDRESULTS"].items() if not holds]

    verdict = verdict_on(vector)

    if failing in ([], ["EXPECTEDPICTUREDECODE"]):  # pictures: see below
        assert verdict.refusal is (Refusal.KEY_USAGE if name == WRONG_KEY else None)
    else:
        (what,) = failing
        assert verdict.refusal in REASONS[what]


@pytest.mark.parametrize(
    "name", [name for name in VECTORS if VECTORS[name]["EXPECTEDRESULTS"].get("EXPECTEDDECODE")]
)
def test_reads_the_same_bytes_and_the_same_content(name):
    vector = VECTORS[name]
    signed = barcode.signed_bytes(vector["PREFIX"])
    said = claims.read(envelope.opened(signed).payload)

    assert signed.hex() == vector["COSE"].lower()
    assert claims.as_json(said.certificate) == vector["JSON"]


@pytest.mark.parametrize("name", [name for name in VECTORS if "2DCODE" in VECTORS[name]])
def test_the_picture_says_what_the_text_says(name):
    vector = VECTORS[name]
    file = io.BytesIO(base64.b64decode(vector["2DCODE"]))

    if not vector["EXPECTEDRESULTS"]["EXPECTEDPICTUREDECODE"]:
        with pytest.raises(UnidentifiedImageError):
            Image.open(file)
        return
    (found,) = zxingcpp.read_barcodes(Image.open(file))
    assert found.text == vector["PREFIX"]


@pytest.mark.parametrize("name", [name for name in VECTORS if verdict_on(VECTORS[name]).is_valid])
def test_no_valid_one_survives_a_changed_byte(name):
    vector = VECTORS[name]
    signer = trust.signer_of(base64.b64decode(vector["TESTCTX"]["CERTIFICATE"]), country="XX")
    message = envelope.opened(barcode.signed_bytes(vector["PREFIX"]))

    for place in range(0, len(message.signed), 7):
        changed = bytearray(message.signed)
        changed[place] ^= 0x10
        altered = envelope.Envelope(
            message.algorithm, message.key_id, message.payload, message.signature, bytes(changed)
        )
        assert not signatures.is_genuine(altered, signer)


@pytest.mark.parametrize("name", [name for name in VECTORS if verdict_on(VECTORS[name]).is_valid])
def test_names_are_transliterated_as_their_country_did(name):
    said = verdict_on(VECTORS[name]).certificate.name

    assert icao.transliterated(said.family) == said.family_transliterated
    assert icao.transliterated(said.given) == said.given_transliterated


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_accepts_each_example_of_the_schema(file):
    assert schema.checked(json.loads(file.read_text())).kind.value == file.parent.name


class TestTheModels:
    """They are written by hand; here they are compared with the schema itself."""

    FIELDS = json.loads((FOLDER / "schema" / "DCC.combined-schema.json").read_text())

    @pytest.mark.parametrize(
        ("definition", "model"),
        [
            ("vaccination_entry", schema.Vaccination),
            ("test_entry", schema.Test),
            ("recovery_entry", schema.Recovery),
        ],
    )
    def test_name_and_require_the_same_fields(self, definition, model):
        told = self.FIELDS["$defs"][definition]

        assert {field.alias for field in model.model_fields.values()} == set(told["properties"])
        required = {field.alias for field in model.model_fields.values() if field.is_required()}
        assert required == set(told["required"])

    def test_limit_the_same_texts(self):
        limited = {
            name: told["maxLength"]
            for definition in self.FIELDS["$defs"].values()
            for name, told in definition.get("properties", {}).items()
            if "maxLength" in told
        }

        assert limited == dict.fromkeys(["fn", "gn", "fnt", "gnt", "nm", "tc"], 80)
        for name in ("nm", "tc"):
            schema.checked(of("t", **{name: "x" * 80}))
            with pytest.raises(Exception, match="schema"):
                schema.checked(of("t", **{name: "x" * 81}))


def test_a_tagged_text_counts_as_its_text():
    day = cbor2.CBORTag(1004, "2022-01-01")
    said = claims.read(envelope.opened(barcode.signed_bytes(text_with(of("r", fr=day)))).payload)

    assert claims.as_json(said.certificate)["r"][0]["fr"] == "2022-01-01"
