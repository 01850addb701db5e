"""The two lists that travel as files, and the folder of keys."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.papers import ISSUED
from visavis.papers import base64url, signing, trust
from visavis.papers.signing import KeyFolder


class TestTrustList:
    def test_comes_back_as_it_was(self, folder):
        folder.rotate(ISSUED)
        keys = folder.trusted()

        assert trust.read_trust_list(trust.trust_list(keys)) == keys

    def test_is_the_same_text_for_the_same_keys(self, folder):
        folder.rotate(ISSUED)

        one, other = folder.trusted(), tuple(reversed(folder.trusted()))

        assert trust.trust_list(one) == trust.trust_list(other)

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"key_id": "0011223344556677"}, id="another id"),
            pytest.param({"algorithm": "ES256"}, id="another algorithm"),
            pytest.param({"algorithm": "none"}, id="no algorithm"),
            pytest.param({"public_key": "AAAA"}, id="no key"),
            pytest.param({"public_key": "****"}, id="no base64"),
            pytest.param({"from": "2027-01-01T00:00:00"}, id="a moment without zone"),
            pytest.param({"from": None}, id="no beginning"),
        ],
    )
    def test_refuses_an_altered_entry(self, folder, change):
        listed = json.loads(trust.trust_list(folder.trusted()))
        listed["keys"][0] |= change

        with pytest.raises(trust.ListUnreadable):
            trust.read_trust_list(json.dumps(listed))

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"keys": 1}', '{"keys": [1]}', "[" * 10_000, "x" * 1_000_001]
    )
    def test_refuses_another_file(self, text):
        with pytest.raises(trust.ListUnreadable):
            trust.read_trust_list(text)

    def test_takes_a_key_for_a_specimens_unless_it_is_said_to_be_in_earnest(self, folder):
        listed = json.loads(trust.trust_list(folder.trusted()))
        del listed["keys"][0]["specimen"]

        assert trust.read_trust_list(json.dumps(listed))[0].is_specimen


class TestRevocationList:
    def test_comes_back_as_it_was(self, folder, signer):
        numbers = {"482913756", "100000007"}

        text = trust.revocation_list(numbers, issuer="jura", now=ISSUED, signer=signer)
        read = trust.read_revocation_list(f"  {text}\n", keys=folder.trusted())

        assert (read.issuer, read.as_of, read.numbers) == ("jura", ISSUED, numbers)

    def test_may_be_empty(self, folder, signer):
        text = trust.revocation_list([], issuer="jura", now=ISSUED, signer=signer)

        assert trust.read_revocation_list(text, keys=folder.trusted()).numbers == frozenset()

    def test_counts_only_when_a_trusted_key_of_that_issuer_signed_it(
        self, folder, signer, tmp_path
    ):
        foreign = KeyFolder(tmp_path / "other", issuer="jura", is_specimen=False).signer(ISSUED)
        forged = trust.revocation_list([], issuer="jura", now=ISSUED, signer=foreign)
        for_bern = trust.revocation_list([], issuer="bern", now=ISSUED, signer=signer)

        for text in (forged, for_bern):
            with pytest.raises(trust.ListUnreadable, match="not signed by a key"):
                trust.read_revocation_list(text, keys=folder.trusted())

    def test_no_changed_byte_survives(self, folder, signer):
        text = trust.revocation_list(["482913756"], issuer="jura", now=ISSUED, signer=signer)
        token = base64url.read(text.removeprefix("VVR1."))
        for place in range(len(token)):
            changed = bytearray(token)
            changed[place] ^= 1
            with pytest.raises(trust.ListUnreadable):
                trust.read_revocation_list(
                    f"VVR1.{base64url.written(bytes(changed))}", keys=folder.trusted()
                )

    def test_a_paper_is_no_list(self, barcode, folder):
        as_list = "VVR1." + barcode.partition("#VV1.")[2]

        with pytest.raises(trust.ListUnreadable):
            trust.read_revocation_list(as_list, keys=folder.trusted())


class TestKeyFolder:
    def test_makes_one_key_however_many_ask_at_once(self, tmp_path):
        kept = KeyFolder(tmp_path / "keys", issuer="jura", is_specimen=True)

        with ThreadPoolExecutor(8) as workers:
            made = {signer.key_id for signer in workers.map(kept.signer, [ISSUED] * 16)}

        assert len(made) == len(kept.trusted()) == 1

    def test_keeps_the_key_over_a_restart(self, folder):
        again = KeyFolder(folder.folder, issuer="jura", is_specimen=False)

        assert again.signer(ISSUED).key_id == folder.signer(ISSUED).key_id

    def test_lets_only_its_owner_read_private_keys(self, folder):
        files = list(folder.folder.glob("*.pem"))

        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600]

    def test_never_writes_a_private_key_into_the_trust_list(self, folder):
        assert "PRIVATE" not in (folder.folder / signing.TRUST_LIST).read_text()

    def test_signs_with_the_newest_key_and_trusts_all(self, folder, signer):
        made = folder.rotate(ISSUED + timedelta(days=1))

        assert folder.signer(ISSUED).key_id == made.key_id != signer.key_id
        old, new = folder.trusted()
        assert (old.used_until, new.used_until) == (ISSUED + timedelta(days=1), None)

    def test_has_no_keys_before_the_first_paper(self, tmp_path):
        assert KeyFolder(tmp_path, issuer="jura", is_specimen=True).trusted() == ()


class TestSigner:
    def test_refuses_a_file_in_the_live_world(self, settings):
        settings.WORLD = "live"

        with pytest.raises(signing.NoSigner, match="VISAVIS_PAPER_SIGNER"):
            signing.signer(datetime(2027, 1, 1, tzinfo=UTC))

    def test_takes_the_provider_that_is_set(self, settings):
        settings.WORLD = "live"
        settings.PAPER_SIGNER = "tests.unit.papers.test_cose.P256Signer"

        assert signing.signer(ISSUED).algorithm.name == "ES256"
