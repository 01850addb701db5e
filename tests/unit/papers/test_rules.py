"""What a barcode is worth."""

from dataclasses import replace
from datetime import timedelta

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.papers import BEGINS, ENDS, IN_SEASON, ISSUED
from visavis.papers import base64url, cose, rules
from visavis.papers import claims as claims_
from visavis.papers.rules import Outcome
from visavis.papers.signing import KeyFolder

SECOND = timedelta(seconds=1)
GENUINE = {Outcome.VALID, Outcome.SPECIMEN, Outcome.EXPIRED, Outcome.NOT_YET_VALID, Outcome.REVOKED}


def token_of(text: str) -> bytes:
    return base64url.read(text.partition("#VV1.")[2])


def text_of(token: bytes) -> str:
    return f"VV1.{base64url.written(token)}"


class TestVerify:
    def test_believes_a_genuine_paper_in_time(self, barcode, folder, claims):
        verdict = rules.verify(barcode, keys=folder.trusted(), now=IN_SEASON)

        assert verdict.outcome is Outcome.VALID
        assert verdict.is_valid
        assert verdict.claims == claims

    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            pytest.param(BEGINS - SECOND, Outcome.NOT_YET_VALID, id="the second before"),
            pytest.param(BEGINS, Outcome.VALID, id="the first second"),
            pytest.param(ENDS - SECOND, Outcome.VALID, id="the last second"),
            pytest.param(ENDS, Outcome.EXPIRED, id="the second after"),
        ],
    )
    def test_holds_the_period_to_the_second(self, barcode, folder, moment, expected):
        assert rules.verify(barcode, keys=folder.trusted(), now=moment).outcome is expected

    def test_a_revoked_paper_is_revoked_whatever_its_dates(self, barcode, folder):
        for moment in (BEGINS - SECOND, IN_SEASON, ENDS):
            verdict = rules.verify(
                barcode, keys=folder.trusted(), now=moment, revoked={"482913756"}
            )
            assert verdict.outcome is Outcome.REVOKED

    def test_a_specimen_gives_no_right(self, claims, signer, folder):
        text = rules.barcode_text(
            replace(claims, is_specimen=True), signer=signer, base_url="https://x.ch"
        )

        verdict = rules.verify(text, keys=folder.trusted(), now=IN_SEASON)

        assert verdict.outcome is Outcome.SPECIMEN
        assert not verdict.is_valid

    def test_what_a_specimens_key_signs_is_a_specimen_whatever_it_says(self, barcode, folder):
        keys = [replace(key, is_specimen=True) for key in folder.trusted()]

        assert rules.verify(barcode, keys=keys, now=IN_SEASON).outcome is Outcome.SPECIMEN

    def test_an_expired_specimen_is_said_to_be_both(self, claims, signer, folder):
        text = rules.barcode_text(
            replace(claims, is_specimen=True), signer=signer, base_url="https://x.ch"
        )

        verdict = rules.verify(text, keys=folder.trusted(), now=ENDS)

        assert (verdict.outcome, verdict.is_specimen) == (Outcome.EXPIRED, True)

    def test_does_not_know_a_foreign_key(self, claims, folder, tmp_path):
        foreign = KeyFolder(tmp_path / "other", issuer="jura", is_specimen=False).signer(ISSUED)
        text = rules.barcode_text(claims, signer=foreign, base_url="https://x.ch")

        verdict = rules.verify(text, keys=folder.trusted(), now=IN_SEASON)

        assert (verdict.outcome, verdict.claims) == (Outcome.FOREIGN, None)

    def test_a_key_speaks_for_its_own_issuer_only(self, claims, signer, folder):
        text = rules.barcode_text(
            replace(claims, issuer="bern"), signer=signer, base_url="https://x.ch"
        )

        assert rules.verify(text, keys=folder.trusted(), now=IN_SEASON).outcome is Outcome.FOREIGN

    def test_a_retired_key_counts_for_what_was_issued_before(self, barcode, claims, folder, signer):
        folder.rotate(ISSUED + SECOND)
        later = rules.barcode_text(
            replace(claims, issued_at=ISSUED + 2 * SECOND), signer=signer, base_url="https://x.ch"
        )

        assert rules.verify(barcode, keys=folder.trusted(), now=IN_SEASON).is_valid
        assert rules.verify(later, keys=folder.trusted(), now=IN_SEASON).outcome is Outcome.FOREIGN

    def test_tries_every_key_with_the_same_id(self, barcode, folder, tmp_path, monkeypatch):
        other = KeyFolder(tmp_path / "other", issuer="jura", is_specimen=False)
        other.signer(ISSUED)
        keys = [*other.trusted(), *folder.trusted()]
        shared = folder.trusted()[0].key_id
        monkeypatch.setattr("visavis.papers.trust.key_id_of", lambda public: shared)

        assert rules.verify(barcode, keys=keys, now=IN_SEASON).is_valid

    def test_says_altered_when_a_known_key_did_not_sign_this(self, barcode, claims, folder):
        header, rest, payload, signature = cbor2.loads(token_of(barcode)).value
        richer = replace(claims, holder="Somebody Else").encoded()
        forged = cbor2.dumps(cbor2.CBORTag(18, [header, rest, richer, signature]), canonical=True)

        verdict = rules.verify(text_of(forged), keys=folder.trusted(), now=IN_SEASON)

        assert payload != richer
        assert (verdict.outcome, verdict.claims) == (Outcome.ALTERED, None)

    def test_a_signed_payload_of_another_form_is_not_read(self, folder, signer):
        lists = claims_.revocation_payload(issuer="jura", as_of=ISSUED, numbers=["482913756"])
        text = text_of(cose.sealed(lists, signer))

        assert (
            rules.verify(text, keys=folder.trusted(), now=IN_SEASON).outcome is Outcome.UNREADABLE
        )

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("", id="nothing"),
            pytest.param("Bonjour", id="a word"),
            pytest.param("https://guichet.example.ch/check", id="an address without a code"),
            pytest.param("https://guichet.example.ch/check#VV1.", id="an empty code"),
            pytest.param("VV1.AAAA", id="a code of nothing"),
            pytest.param("VV2.AAAA", id="a later version"),
            pytest.param("HC1:6BF+70790T9WJWG.FKY*4GO0", id="another certificate"),
            pytest.param("VV1." + "A" * 5000, id="too long"),
            pytest.param("VV1.%41%41", id="percent signs"),
            pytest.param("VV1.０ｏＲ", id="full-width letters"),
        ],
    )
    def test_says_unreadable_for(self, text, folder):
        assert (
            rules.verify(text, keys=folder.trusted(), now=IN_SEASON).outcome is Outcome.UNREADABLE
        )

    def test_does_not_mind_how_the_text_was_copied(self, barcode, folder):
        code = barcode.partition("#")[2]
        ways = [code, f"#{code}", f"  {barcode}\n", f"{code[:80]}\n{code[80:160]}\r\n {code[160:]}"]

        for way in ways:
            assert rules.verify(way, keys=folder.trusted(), now=IN_SEASON).is_valid

    def test_without_keys_everything_is_foreign(self, barcode):
        assert rules.verify(barcode, keys=(), now=IN_SEASON).outcome is Outcome.FOREIGN


class TestTampering:
    def test_no_single_changed_byte_survives(self, barcode, folder):
        """Every byte, every one of its bits: never valid, and never a word of it believed."""
        token, keys = token_of(barcode), folder.trusted()
        for place in range(len(token)):
            for bit in range(8):
                changed = bytearray(token)
                changed[place] ^= 1 << bit
                verdict = rules.verify(text_of(bytes(changed)), keys=keys, now=IN_SEASON)
                assert verdict.outcome not in GENUINE, (place, bit)
                assert verdict.claims is None

    def test_no_shortened_or_lengthened_code_survives(self, barcode, folder):
        token, keys = token_of(barcode), folder.trusted()
        for end in range(len(token)):
            assert not rules.verify(text_of(token[:end] or b"\0"), keys=keys, now=IN_SEASON).claims
        for more in (b"\x00", b"\xff", token):
            assert not rules.verify(text_of(token + more), keys=keys, now=IN_SEASON).claims

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        edits=st.lists(
            st.tuples(st.integers(0, 10_000), st.binary(max_size=4)), min_size=1, max_size=5
        )
    )
    def test_no_edit_survives(self, barcode, folder, edits):
        token = token_of(barcode)
        changed = token
        for place, piece in edits:
            at = place % (len(changed) + 1)
            changed = changed[:at] + piece + changed[at + len(piece) :]

        verdict = rules.verify(text_of(changed or b"\0"), keys=folder.trusted(), now=IN_SEASON)

        assert verdict.is_valid == (changed == token)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text=st.text(max_size=400) | st.binary(min_size=1, max_size=300).map(text_of))
    def test_nothing_made_up_is_believed_and_nothing_breaks(self, folder, text):
        assert rules.verify(text, keys=folder.trusted(), now=IN_SEASON).outcome not in GENUINE


def test_the_barcode_says_no_more_than_it_must(barcode, claims):
    payload = cbor2.loads(cbor2.loads(token_of(barcode)).value[2])

    assert set(payload) == {1, 4, 5, 6, 7, -65537, -65538, -65539, -65540}
    assert payload[-65539] == claims.birth_year  # never the whole birth date


def test_the_same_paper_gives_the_same_barcode(claims, signer):
    once, again = (
        rules.barcode_text(claims, signer=signer, base_url="https://x.ch") for _ in range(2)
    )

    assert once == again


def test_the_personal_part_stands_behind_the_hash(barcode):
    address, _, fragment = barcode.partition("#")

    assert address == "https://guichet.example.ch/check"
    assert fragment.startswith("VV1.")


def test_a_very_long_name_is_shortened_and_the_code_stays_small(claims, signer, folder):
    long = replace(claims, holder="Anne-Sophie Wilhelmine " * 8)

    text = rules.barcode_text(long, signer=signer, base_url="https://guichet.example.ch")

    verdict = rules.verify(text, keys=folder.trusted(), now=IN_SEASON)
    assert verdict.claims is not None
    assert verdict.claims.holder.endswith("…")
    assert len(text) < 420
