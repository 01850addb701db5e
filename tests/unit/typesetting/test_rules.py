"""Which characters reach the page."""

import pytest

from tests.unit.typesetting import coverage
from visavis.typesetting import rules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("François Żółć Ærø Œuvray", "François Żółć Ærø Œuvray", id="latin stays"),
        pytest.param("Łukasz Ștefănescu Đặng", "Łukasz Ștefănescu Đặng", id="further latin stays"),
        pytest.param("Жанна Ωμέγα دينا דינה", "Жанна Ωμέγα دينا דינה", id="other alphabets stay"),
        pytest.param("e\u0301", "é", id="accents are put together"),
        pytest.param("李小龙", "□□□", id="what we cannot print is seen to be missing"),
        pytest.param("a\u202eb\u2066c\u200fd", "abcd", id="the direction cannot be turned"),
        pytest.param("a\x00b\x1bc\x7fd", "abcd", id="control characters vanish"),
        pytest.param("a\ud800b", "a□b", id="half a character is no character"),
        pytest.param("a\r\nb\rc\nd", "a\nb\nc\nd", id="line ends are of one kind"),
        pytest.param("1\u202f000", "1\u00a0000", id="narrow blanks become plain ones"),
    ],
)
def test_printable(text, expected):
    assert rules.printable(text) == expected


def test_printable_changes_nothing_the_second_time():
    once = rules.printable("".join(chr(point) for point in range(0x20, 0x3000)))

    assert rules.printable(once) == once


def test_cleaned_reaches_into_everything():
    value = {"a\x00": ["b\x00", {"c": ("d\x00", 1, True, None)}]}

    assert rules.cleaned(value) == {"a": ["b", {"c": ["d", 1, True, None]}]}


@pytest.mark.parametrize(
    "value", [b"bytes", object(), {"a": {1, 2}}], ids=["bytes", "object", "set"]
)
def test_cleaned_refuses_what_json_cannot_say(value):
    with pytest.raises(rules.NotPrintable):
        rules.cleaned(value)


def test_the_table_of_glyphs_is_that_of_the_committed_typefaces():
    listed = {point for first, last in coverage.ranges() for point in range(first, last + 1)}

    assert rules.covered() == listed


def test_our_own_typeface_has_every_letter_of_the_four_languages():
    letters = "ABCXYZabcxyzÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿÄÖäöìòÌÒ’«»–…0123456789"
    ours = coverage.points_of("AtkinsonHyperlegibleNext_400Regular.ttf")

    assert not {letter for letter in letters if ord(letter) not in ours}
