"""Numbers of certificates: made as Switzerland made them, read as every country writes them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.papers.dcc import uvci

GIVEN = [  # from the EU's test vectors, the schema's examples and its wiki
    "URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B",
    "URN:UVCI:01:AT:858CC18CFCF5965EF82F60E493349AA5#K",
    "URN:UVCI:01:AT:B5921A35D6A0D696421B3E2462178297#I",
    "URN:UVCI:01:AT:71EE2559DE38C6BF7304FB65A1A451EC#3",
    "URN:UVCI:01:NL:DADFCC47C7334E45A906DB12FD859FB7#1",
    "URN:UVCI:01:SE:EHM/V12907267LAJW#E",
]
BODY = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=40)


class TestMade:
    def test_is_24_upper_case_hexadecimal_digits_without_check(self):
        assert re.fullmatch(r"urn:uvci:01:CH:[0-9A-F]{24}", uvci.made())

    def test_is_read_back(self):
        made = uvci.made()

        assert uvci.read(made) == uvci.Uvci("01", "CH", made[-24:], None)

    def test_never_comes_twice(self):
        assert len({uvci.made() for _ in range(100)}) == 100


class TestRead:
    @pytest.mark.parametrize("text", GIVEN)
    def test_agrees_with_what_countries_reckoned(self, text):
        assert uvci.read(text).check == text[-1]

    @pytest.mark.parametrize("text", GIVEN)
    def test_notices_each_wrong_check_character(self, text):
        for wrong in set(uvci.ALPHABET) - {text[-1]}:
            with pytest.raises(uvci.CheckWrong):
                uvci.read(text[:-1] + wrong)

    @pytest.mark.parametrize(
        ("text", "opaque"),
        [
            ("urn:uvci:01:CH:2BA801EA70D0A687929A7913", "2BA801EA70D0A687929A7913"),
            ("URN:UVCI:01:LI:9T9FZ3UMIGA73UW", "9T9FZ3UMIGA73UW"),
            ("01:CH:ABC", "ABC"),
            ("URN:UVCI:01:SE:EHM/V12907267LAJW", "EHM/V12907267LAJW"),
        ],
    )
    def test_needs_no_check_character(self, text, opaque):
        found = uvci.read(text)

        assert (found.opaque, found.check) == (opaque, None)

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("", id="nothing"),
            pytest.param("urn:uvci:01:CH:", id="nothing behind the country"),
            pytest.param("urn:uvci:01:CH:2ba801ea", id="small letters"),
            pytest.param("urn:uvci:01:ch:2BA801EA", id="a country in small letters"),
            pytest.param("urn:uvci:1:CH:2BA801EA", id="a version of one digit"),
            pytest.param("urn:uvci:01:CHE:2BA801EA", id="a country of three letters"),
            pytest.param("urn:uvci:01:CH:2BA801EA\n", id="a line end"),
            pytest.param(" urn:uvci:01:CH:2BA801EA", id="a blank"),
            pytest.param("urn:uvci:01:CH:2BA801EA#", id="a hash without character"),
            pytest.param("urn:uvci:01:CH:2BA801EA#BB", id="two check characters"),
            pytest.param("urn:uvci:01:CH:2BA801E\u0410", id="a Cyrillic letter"),
            pytest.param("urn:uvci:01:CH:\uff12BA801", id="a full-width digit"),
            pytest.param("urn:uvci:01:CH:A//B", id="an empty part"),
            pytest.param("01IT053059F7676042D9BEE9F874C4901F9B#3", id="Italy's own form"),
            pytest.param("urn:uvci:01:CH:" + "A" * 70, id="longer than 80"),
        ],
    )
    def test_refuses(self, text):
        with pytest.raises(uvci.NotUvci):
            uvci.read(text)

    @given(BODY)
    def test_reads_what_was_given_a_check_character(self, body):
        text = f"URN:UVCI:01:CH:{body}"

        assert uvci.read(f"{text}#{uvci.check_character(text)}").opaque == body

    @given(BODY, st.data())
    def test_notices_each_single_wrong_character(self, body, data):
        text = f"URN:UVCI:01:CH:{body}"
        check = uvci.check_character(text)
        place = data.draw(st.integers(0, len(body) - 1))
        other = data.draw(st.sampled_from(sorted(set("ABCXYZ0189") - {body[place]})))
        changed = f"URN:UVCI:01:CH:{body[:place]}{other}{body[place + 1 :]}"

        with pytest.raises(uvci.CheckWrong):
            uvci.read(f"{changed}#{check}")

    def test_reckons_over_no_other_character(self):
        with pytest.raises(uvci.NotUvci, match="alphabet"):
            uvci.check_character("URN:UVCI:01:CH:É")
