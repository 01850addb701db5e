"""`visavis paper verify` and `visavis paper keys`, without network and without database."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from tests.papers import ENDS, IN_SEASON, ISSUED
from visavis.papers import trust

AT = IN_SEASON.isoformat()


@pytest.fixture
def keys(folder, tmp_path):
    file = tmp_path / "keys.json"
    file.write_text(trust.trust_list(folder.trusted()))
    return str(file)


def verified(*arguments: str) -> tuple[int, list[dict[str, object]]]:
    said = io.StringIO()
    try:
        call_command("paper", "verify", *arguments, stdout=said)
    except SystemExit as ended:
        code = int(str(ended.code))
    else:
        code = 0
    return code, [json.loads(line) for line in said.getvalue().splitlines()]


class TestVerify:
    def test_says_what_a_genuine_paper_says(self, barcode, keys):
        code, (said,) = verified(barcode, "--keys", keys, "--at", AT)

        assert code == 0
        assert said == {
            "outcome": "valid",
            "valid": True,
            "specimen": False,
            "revocations_as_of": None,
            "issuer": "jura",
            "number": "482 913 756",
            "kind": "fishing-permit",
            "holder": "Élodie Żółć-Ærø",
            "birth_year": 1961,
            "issued_at": "2027-02-12T10:00:00+01:00",
            "valid_from": "2027-03-01T00:00:00+01:00",
            "valid_until": "2027-10-01T00:00:00+02:00",
        }

    def test_reads_lines_and_ends_with_one_if_any_is_not_valid(self, barcode, keys, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{barcode}\n\nnonsense\n"))

        code, said = verified("--keys", keys, "--at", AT)

        assert (code, [line["outcome"] for line in said]) == (1, ["valid", "unreadable"])

    def test_judges_at_the_moment_it_is_told(self, barcode, keys):
        code, (said,) = verified(barcode, "--keys", keys, "--at", ENDS.isoformat())

        assert (code, said["outcome"], said["valid"]) == (1, "expired", False)

    def test_takes_a_moment_without_zone_for_swiss_time(self, barcode, keys):
        _, (before,) = verified(barcode, "--keys", keys, "--at", "2027-02-28T23:59:59")
        _, (after,) = verified(barcode, "--keys", keys, "--at", "2027-03-01T00:00")

        assert (before["outcome"], after["outcome"]) == ("not_yet_valid", "valid")

    def test_knows_what_was_revoked_and_as_of_when(self, barcode, keys, signer, tmp_path):
        revoked = tmp_path / "revoked.txt"
        listed = trust.revocation_list(["482913756"], issuer="jura", now=ISSUED, signer=signer)
        revoked.write_text(listed)

        code, (said,) = verified(barcode, "--keys", keys, "--revoked", str(revoked), "--at", AT)

        assert (code, said["outcome"]) == (1, "revoked")
        assert said["revocations_as_of"] == ISSUED.isoformat()

    def test_refuses_a_list_that_was_altered(self, barcode, keys, tmp_path):
        revoked = tmp_path / "revoked.txt"
        revoked.write_text("VVR1.AAAA")

        with pytest.raises(CommandError, match="altered"):
            verified(barcode, "--keys", keys, "--revoked", str(revoked))

    def test_says_what_to_do_without_keys(self, barcode, settings, tmp_path):
        settings.VAR = tmp_path / "nothing"

        with pytest.raises(CommandError, match=r"--keys FILE.*check/keys\.json"):
            verified(barcode)

    def test_names_a_file_that_is_not_there(self, barcode, tmp_path):
        with pytest.raises(CommandError, match=r"missing\.json cannot be read"):
            verified(barcode, "--keys", str(tmp_path / "missing.json"))


class TestKeys:
    def test_prints_the_trust_list_and_no_secret(self, settings, tmp_path):
        settings.VAR = tmp_path
        said = io.StringIO()

        call_command("paper", "keys", "--rotate", stdout=said)

        (key,) = trust.read_trust_list(said.getvalue())
        assert key.issuer == settings.CANTON
        assert key.is_specimen
        assert "PRIVATE" not in said.getvalue()

    def test_rotating_twice_leaves_two(self, settings, tmp_path):
        settings.VAR = tmp_path
        call_command("paper", "keys", "--rotate", stdout=io.StringIO())
        said = io.StringIO()

        call_command("paper", "keys", "--rotate", stdout=said)

        old, new = trust.read_trust_list(said.getvalue())
        assert old.used_until is not None
        assert new.used_from - old.used_until <= timedelta(seconds=1)
