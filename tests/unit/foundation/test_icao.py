"""Names in the letters that machines read."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.foundation import icao


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Müller", "MUELLER"),
        ("Mu\u0308ller", "MUELLER"),
        ("Größinger", "GROESSINGER"),
        ("STRAẞE", "STRASSE"),
        ("Äbi-Öhri Ü", "AEBI<OEHRI<UE"),
        ("François", "FRANCOIS"),
        ("Ærø", "AEROE"),
        ("Żółć", "ZOLC"),
        ("Đặng Thị Mỹ", "DANG<THI<MY"),
        ("Åse Ångström", "AASE<AANGSTROEM"),
        ("Þórður Eiðsson", "THORDUR<EIDSSON"),
        ("Œuvray", "OEUVRAY"),
        ("Ĳsbrand", "IJSBRAND"),
        ("İpek Işık", "IPEK<ISIK"),
        ("ıl", "IL"),
        ("Ŋŧħĸ", "NTHQ"),
        ("Muñoz", "MUNOZ"),
        ("Ștefăniță", "STEFANITA"),
        ("Ǿrsted", "OERSTED"),
        ("ﬁlip", "FILIP"),
        ("d'Červenková Panklová", "DCERVENKOVA<PANKLOVA"),
        ("Jiřina-Maria Alena", "JIRINA<MARIA<ALENA"),
        ("O’Neill", "ONEILL"),
        ("Aʻala", "AALA"),
        ("St. Gallen, von", "ST<GALLEN<VON"),
        ("  Anna \u2013  Maria\u00a0Luisa ", "ANNA<MARIA<LUISA"),
        ("Dupont (dit Martin)", "DUPONT<DIT<MARTIN"),
        ("a´b`c", "ABC"),
        ("", ""),
        ("-", ""),
    ],
)
def test_writes(name, written):
    assert icao.transliterated(name) == written


@pytest.mark.parametrize(
    "name", ["Иванов", "Παπαδόπουλος", "الرازي", "李", "Louis 14", "A+B", "x²", "😀"]
)
def test_refuses_what_is_in_no_latin_table(name):
    with pytest.raises(icao.NotTransliterable, match="no Latin letter"):
        icao.transliterated(name)


def test_cuts_at_80_characters():
    assert icao.transliterated("Ä" * 60) == "AE" * 40


@given(st.text(max_size=40))
def test_gives_only_letters_and_fillers_or_refuses(name):
    try:
        written = icao.transliterated(name)
    except icao.NotTransliterable:
        return

    assert re.fullmatch(r"([A-Z]+(<[A-Z]+)*<?)?", written)


@given(st.text("AÄBÉßŁ-' ", max_size=20))
def test_does_not_depend_on_how_accents_are_stored(name):
    decomposed = unicodedata.normalize("NFD", name)

    assert icao.transliterated(decomposed) == icao.transliterated(name)


@given(st.text("ABCXYZ", max_size=20))
def test_leaves_alone_what_is_written_already(name):
    assert icao.transliterated(name) == name
