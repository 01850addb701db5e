"""`visavis dcc verify`, without network and without database."""

import base64
import io
import json
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command

from tests.certificates import NOW, claimed, country, of, text, text_with
from visavis.config import command
from visavis.papers.dcc import trust

AT = NOW.isoformat()


@pytest.fixture
def trusted(tmp_path):
    file = tmp_path / "trust.json"
    file.write_text(trust.written_list({country().der: "CH"}))
    return str(file)


@pytest.fixture
def verified(monkeypatch):
    def run(lines: str, *arguments: str) -> tuple[int, list[dict]]:
        monkeypatch.setattr("sys.stdin", io.StringIO(lines))
        said = io.StringIO()
        try:
            call_command("dcc", "verify", *arguments, stdout=said)
        except SystemExit as ended:
            return int(str(ended.code)), [json.loads(one) for one in said.getvalue().splitlines()]
        return 0, [json.loads(one) for one in said.getvalue().splitlines()]

    return run


def test_says_what_a_valid_certificate_says(verified, trusted):
    code, (said,) = verified(text() + "\n", "--trust", trusted, "--at", AT)

    assert code == 0
    assert said == {
        "line": 1,
        "valid": True,
        "refusal": None,
        "reason": None,
        "country": "CH",
        "key_id": country().signer.key_id.hex(),
        "issuer": "CH",
        "issued_at": "2022-01-10T00:00:00+00:00",
        "expires_at": "2024-01-10T00:00:00+00:00",
        "kind": "recovery",
        "identifier": "without_check",
        "certificate": of("r"),
        "revocations": False,
    }


def test_gives_a_line_for_each_and_ends_with_one_if_any_is_not_valid(verified, trusted):
    long = "HC1:" + "0" * 250_000
    lines = f"{text()}\r\n\nnonsense\n{long}\n{text()}"

    code, said = verified(lines, "--trust", trusted, "--at", AT)

    assert code == 1
    assert [(one["line"], one["refusal"]) for one in said] == [
        (1, None),
        (3, "no_prefix"),
        (4, "too_long"),
        (5, None),
    ]
    assert said[1]["reason"].startswith("The text does not begin with HC1:")


def test_trusts_nobody_without_a_list_and_shows_nothing(verified):
    code, (said,) = verified(text(), "--at", AT)

    assert (code, said["refusal"]) == (1, "key_unknown")
    assert "certificate" not in said


@pytest.mark.parametrize(
    ("identifier", "judged"),
    [
        ("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B", "check_right"),
        ("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#C", "check_wrong"),
        ("01IT053059F7676042D9BEE9F874C4901F9B#3", "not_uvci"),
    ],
)
def test_judges_the_identifier_apart(verified, trusted, identifier, judged):
    _, (said,) = verified(text_with(of("r", ci=identifier)), "--trust", trusted, "--at", AT)

    assert (said["valid"], said["identifier"]) == (True, judged)


def test_names_the_place_of_a_fault_in_the_content(verified, trusted):
    _, (said,) = verified(text_with(of("r", du="soon")), "--trust", trusted, "--at", AT)

    assert (said["refusal"], said["detail"]) == ("schema", "r.0.du")


def test_judges_at_the_moment_it_is_told_in_swiss_time(verified, trusted):
    code = text(claimed(exp=int(NOW.timestamp())))

    _, (before,) = verified(code, "--trust", trusted, "--at", "2022-01-15T12:59:59")
    _, (after,) = verified(code, "--trust", trusted, "--at", "2022-01-15T13:00")

    assert (before["refusal"], after["refusal"]) == (None, "expired")


def test_knows_what_was_revoked(verified, trusted, tmp_path):
    revoked = tmp_path / "revoked.json"
    batches = [{"country": "CH", "hashType": "UCI", "entries": [{"hash": hashed()}]}]
    revoked.write_text(json.dumps({"batches": batches}))

    code, (said,) = verified(text(), "--trust", trusted, "--revoked", str(revoked), "--at", AT)

    assert (code, said["refusal"], said["revocations"]) == (1, "revoked", True)


def hashed() -> str:
    return base64.b64encode(sha256(of("r")["r"][0]["ci"].encode()).digest()[:16]).decode()


@pytest.mark.parametrize("option", ["--trust", "--revoked"])
def test_refuses_a_list_that_is_none(verified, tmp_path, option):
    file = tmp_path / "list.json"
    file.write_text("{}")

    with pytest.raises(CommandError, match=r"list\.json: not a"):
        verified(text(), option, str(file))


def test_names_a_file_that_is_not_there(verified, tmp_path):
    with pytest.raises(CommandError, match=r"missing\.json cannot be read"):
        verified(text(), "--trust", str(tmp_path / "missing.json"))


def test_needs_no_database_and_stands_in_the_usage(capsys):
    assert ("dcc", "verify") in command.WITHOUT_DATABASE
    assert command.main(["--help"]) == 0
    assert "visavis dcc verify" in capsys.readouterr().out
