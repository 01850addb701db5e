"""What we issue is what we verify."""

import base64
import io
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import segno
import zxingcpp
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from visavis.papers.dcc import demonstration, making, trust, uvci, verifying
from visavis.papers.dcc.demonstration import Keys, NotIssuedHere
from visavis.papers.dcc.making import NotMakeable, Recovered

NOW = datetime(2024, 2, 29, 9, 0, 0, 123456, tzinfo=UTC)
TODAY = NOW.date()
PERSON = Recovered("Żółć-Ærø", "François", "1961-04", date(2024, 2, 1))
LETTERS = st.text("abzÄöüßéàçøŁ -'", min_size=1, max_size=80)
NAMES = LETTERS.filter(lambda text: any(one.isalpha() for one in text))
BIRTHS = st.dates(date(1900, 1, 1), TODAY - timedelta(days=800)).flatmap(
    lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])
)


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys")).signer(NOW)


def issued(person: Recovered, signer: making.Signer) -> str:
    content = making.content(person, identifier=uvci.made(), today=TODAY)
    return making.signed_text(content, signer=signer, now=NOW)


def judged(text: str, signer: making.Signer, now: datetime = NOW) -> verifying.Verdict:
    listed = trust.read_list(trust.written_list({signer.certificate: "CH"}))
    return verifying.verify(text, signers=listed, now=now)


@given(
    family=NAMES,
    given_name=NAMES,
    born=BIRTHS,
    result=st.dates(TODAY - timedelta(days=365), TODAY),
)
def test_whoever_asks_gets_what_verifies_and_says_the_same(
    family, given_name, born, result, signer
):
    text = issued(Recovered(family, given_name, born, result), signer)

    verdict = judged(text, signer)
    assert verdict.is_valid
    assert verdict.certificate.name.family == family.strip()
    assert (verdict.certificate.born, verdict.certificate.version) == (born, "1.3.0")
    entry = verdict.certificate.entry
    assert entry.first_positive_on == result.isoformat()
    assert entry.valid_from == (result + timedelta(days=10)).isoformat()
    assert entry.valid_until == (result + timedelta(days=179)).isoformat()
    assert entry.issuer.startswith("SPECIMEN")


def test_is_read_back_from_a_printed_code(signer):
    text = issued(PERSON, signer)
    image = io.BytesIO()
    segno.make(text, error="q", mode="alphanumeric", micro=False).save(image, kind="png", scale=4)

    (found,) = zxingcpp.read_barcodes(Image.open(image))

    assert found.text == text
    name = judged(found.text, signer).certificate.name
    assert (name.family_transliterated, name.given_transliterated) == ("ZOLC<AEROE", "FRANCOIS")


def test_lives_for_two_years_even_from_a_leap_day(signer):
    said = judged(issued(PERSON, signer), signer).claims

    assert said.ends_at == datetime(2026, 2, 28, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"family_name": " "}, "family_name"),
        ({"family_name": "a" * 81}, "family_name"),
        ({"given_name": "Ada\nEva"}, "given_name"),
        ({"given_name": "Иван"}, "given_name"),
        ({"given_name": "'"}, "given_name"),
        *(({"family_name": f"A{one}"}, "family_name") for one in sorted(making.FORBIDDEN)),
        ({"born": "1899"}, "born"),
        ({"born": "1961-13"}, "born"),
        ({"born": "1961-02-29"}, "born"),
        ({"born": "1961-4"}, "born"),
        ({"born": "2024-03"}, "born"),
        ({"born": "2024-02-02"}, "first_positive_on"),
        ({"born": "2024-02", "first_positive_on": date(2024, 1, 31)}, "first_positive_on"),
        ({"first_positive_on": TODAY + timedelta(days=1)}, "first_positive_on"),
        ({"country": "ch"}, "country"),
    ],
)
def test_refuses_what_cannot_be_and_says_where(change, field):
    with pytest.raises(NotMakeable, match=f"^{field}:"):
        making.content(replace(PERSON, **change), identifier=uvci.made(), today=TODAY)


def test_takes_the_longest_name_and_a_birth_this_month(signer):
    person = Recovered("a" * 80, "b" * 80, "2024-02", date(2024, 2, 1))

    assert judged(issued(person, signer), signer).is_valid


def test_gives_out_nothing_that_its_signer_spoilt(signer):
    class Spoiling:
        certificate = signer.certificate

        def sign(self, message: bytes) -> bytes:
            return signer.sign(message + b"!")

    with pytest.raises(making.MadeWrong, match="altered or forged"):
        issued(PERSON, Spoiling())


class TestKeys:
    def test_makes_one_key_however_many_ask_at_once(self, tmp_path):
        with ThreadPoolExecutor(8) as workers:
            made = {one.certificate for one in workers.map(Keys(tmp_path).signer, [NOW] * 16)}

        assert len(made) == len(Keys(tmp_path).certificates()) == 1
        assert [stat.S_IMODE(one.stat().st_mode) for one in tmp_path.glob("*.pem")] == [0o600]

    def test_renews_a_key_that_would_not_outlive_what_it_signs(self, tmp_path):
        old = Keys(tmp_path).signer(NOW)
        later = NOW + demonstration.PURPOSE.life - demonstration.PURPOSE.renewed_before
        second = timedelta(seconds=1)

        assert Keys(tmp_path).signer(later - second).certificate == old.certificate
        new = Keys(tmp_path).signer(later + second)
        assert Keys(tmp_path).certificates() == [old.certificate, new.certificate]

    @pytest.mark.parametrize("world", ["live", "practice"])
    def test_only_the_demonstration_has_any(self, settings, world):
        settings.WORLD = world

        with pytest.raises(NotIssuedHere, match="31 August 2023"):
            demonstration.keys()


class TestCommand:
    REQUEST = {
        "family_name": "Müller",
        "given_name": "Zoé",
        "born": "1970-01-02",
        "first_positive_on": "2024-02-01",
    }

    @pytest.fixture
    def run(self, settings, tmp_path, monkeypatch):
        settings.WORLD, settings.VAR = "demonstration", tmp_path

        def run(*arguments: str, lines: str = "") -> str:
            monkeypatch.setattr("sys.stdin", io.StringIO(lines))
            said = io.StringIO()
            with suppress(SystemExit):  # ends with 1 if one of the lines got none
                call_command("dcc", *arguments, stdout=said)
            return said.getvalue()

        return run

    def test_what_it_issues_it_verifies_by_the_list_that_it_prints(self, run, tmp_path):
        at = ("--at", NOW.isoformat())
        issued = json.loads(run("issue", *at, lines=json.dumps(self.REQUEST)))
        listed = tmp_path / "trust.json"
        listed.write_text(run("keys"))
        verified = json.loads(run("verify", "--trust", str(listed), *at, lines=issued["text"]))

        assert issued["specimen"] is True
        assert (issued["valid_from"], issued["valid_until"]) == ("2024-02-11", "2024-07-29")
        assert issued["accepted_in_switzerland"] is False  # the law had ended
        assert verified["valid"] is True
        assert verified["certificate"]["r"][0]["ci"] == issued["identifier"]
        assert verified["certificate"]["nam"]["fnt"] == "MUELLER"
        assert base64.b64decode(json.loads(listed.read_text())["certificates"][0]["kid"])

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"first_positive_on": "2024-03-01"}, {"obstacle": "result_in_future"}),
            ({"analysis": "rapid_antigen", "country": "FR"}, {"obstacle": "abroad_only_pcr"}),
            ({"born": "soon"}, {"error": "born: neither year, month nor day from 1900 to 2099"}),
            ({"analysis": "guess"}, {"error": "not a request: analysis"}),
        ],
    )
    def test_says_why_it_issues_none(self, run, change, said):
        lines = json.dumps(self.REQUEST | change)

        assert json.loads(run("issue", "--at", NOW.isoformat(), lines=lines)) == {"line": 1} | said

    @pytest.mark.parametrize("verb", ["issue", "keys"])
    def test_refuses_in_the_live_world(self, run, settings, verb):
        settings.WORLD = "live"

        with pytest.raises(CommandError, match="demonstration world only"):
            run(verb)
