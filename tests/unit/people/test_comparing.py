"""Names as people and documents write them."""

import pytest

from visavis.people.comparing import is_same_name


@pytest.mark.parametrize(
    ("account", "document"),
    [
        pytest.param("Modèle", "MODELE", id="case and accent"),
        pytest.param("Mode\u0300le", "Modèle", id="composed and not"),
        pytest.param("Dupont-Meier", "Dupont Meier", id="hyphen"),
        pytest.param("d’Arc", "D'ARC", id="apostrophe"),
        pytest.param("von der  Mühll", "VONDERMUEHLL", id="particles"),
        pytest.param("Müller", "Mueller", id="umlaut written out"),
        pytest.param("Weiß", "WEISS", id="sharp s"),
        pytest.param("Łoś", "LOS", id="stroke"),
        pytest.param("Bjørnæs", "BJORNAES", id="slash and ligature"),
        pytest.param("Νίκος", "ΝΊΚΟΣ", id="Greek"),
    ],
)
def test_two_spellings_of_one_name(account, document):
    assert is_same_name(account, document)
    assert is_same_name(document, account)


@pytest.mark.parametrize(
    ("account", "document"),
    [
        pytest.param("Dupont-Meier", "Dupont", id="half a name"),
        pytest.param("Dupont-Meier", "Meier-Dupont", id="another order"),
        pytest.param("Muller", "Mueller", id="no umlaut anywhere"),
        pytest.param("Meier", "Meyer", id="sounds the same"),
        pytest.param("", "", id="nothing is no name"),
        pytest.param("-", "’", id="only what does not count"),
    ],
)
def test_two_names(account, document):
    assert not is_same_name(account, document)
