import gzip
import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from visavis.design import icons
from visavis.design.tags.pieces import (
    as_telephone,
    chf,
    grouped,
    in_language,
    spoken_telephone,
)

SOURCE = Path(icons.__file__).parents[1]
STATIC = SOURCE / "design" / "static" / "design"


def rendered(markup, **values):
    return Template("{% load design %}" + markup).render(Context(values))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("482913756", "482 913 756"),
        ("48 29 13", "482 913"),
        ("7K3MP4QW", "7K3M P4QW"),
        ("7k3m-p4qw", "7k3m p4qw"),
        ("", ""),
    ],
)
def test_codes_are_written_in_groups_that_can_be_read_aloud(code, expected):
    assert grouped(code) == expected


def test_an_amount_never_breaks_over_two_lines():
    assert chf(123450) == "CHF\u00a01’234.50"
    assert chf(None) == ""


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+41325550100", "032\u00a0555\u00a001\u00a000"),
        ("032 555 01 00", "032\u00a0555\u00a001\u00a000"),
        ("+33612345678", "+33\u00a06\u00a012\u00a034\u00a056\u00a078"),
        ("ask at the counter", "ask at the counter"),
    ],
)
def test_telephone_numbers_are_written_as_people_say_them(number, expected):
    assert spoken_telephone(number) == expected


def test_a_telephone_address_holds_digits_only():
    assert as_telephone("+41 (32) 555-01-00") == "+41325550100"


def test_a_multilingual_text_is_said_in_the_language_of_the_page():
    with translation.override("de"):
        assert in_language({"fr": "Bonjour", "de": "Guten Tag"}) == "Guten Tag"
        assert in_language({"fr": "Bonjour", "de": ""}) == "Bonjour"
    assert in_language("plain") == "plain"
    assert in_language(None) == ""


def test_an_icon_is_silent_unless_it_is_labelled():
    assert 'aria-hidden="true"' in icons.svg("fish")
    assert 'role="img" aria-label="A &lt;fish&gt;"' in icons.svg("fish", label="A <fish>")


@pytest.mark.parametrize("name", ["no-such-icon", "../secret", "", "LICENSE"])
def test_an_unknown_icon_is_a_bug_and_says_so(name):
    with pytest.raises(icons.NoSuchIcon):
        icons.shapes(name)


def test_every_icon_that_a_template_names_is_in_the_set():
    naming = re.compile(
        r"""{% icon "([^"]+)"|\bicon(?:_after)?="([a-z0-9-]+)"|{% fact "([^"]+)\""""
    )
    named = {
        next(filter(None, names))
        for path in SOURCE.rglob("*.html")
        for names in naming.findall(path.read_text(encoding="utf-8"))
    }

    assert named
    assert {name for name in named if not (icons.FOLDER / f"{name}.svg").is_file()} == set()


def test_a_button_with_an_address_is_a_link():
    assert rendered('{% button "Go" href="/x/" %}').strip().startswith("<a ")
    assert 'type="submit" name="pause" value="1"' in rendered(
        '{% button "Later" name="pause" value="1" %}'
    )


def test_texts_from_outside_are_escaped_everywhere():
    hostile = "<script>alert(1)</script>"
    markup = (
        "{% button t %}{% status t %}{% code_display t label=t %}{% notice title=t %}{{ t }}{% endnotice %}"
        "{% panel title=t reference=t %}{{ t }}{% endpanel %}{% details t %}{{ t }}{% enddetails %}"
        "{% summary_list title=t %}{% summary_row t t change=t %}{% endsummary_list %}"
        "{% service_card t t t meta=t %}{% theme_card t t text=t %}{% fact 'clock' t t %}"
        "{% empty_state t %}{{ t }}{% endempty_state %}{% help_box t %}{{ t }}{% endhelp_box %}"
        "{% table_frame t %}{% endtable_frame %}{% qr_holder t t %}{% endqr_holder %}"
        "{% auto_save t %}{% endauto_save %}{% breadcrumbs crumbs %}{% back_link t %}{% search_box t t t %}"
        "{% progress 1 2 label=t %}{% timeline entries %}{% draft_code t %}"
    )
    entries = [{"title": hostile, "when": hostile, "text": hostile, "state": "now"}]
    html = rendered(markup, t=hostile, crumbs=[(hostile, hostile)], entries=entries)

    assert "&lt;script&gt;" in html
    assert "<script" not in html


def test_progress_is_said_in_words_too():
    with translation.override("fr"):
        html = rendered('{% progress 2 5 label="Le permis" %}')

    assert "2" in html
    assert "5" in html
    assert html.count('data-state="done"') == 1
    assert html.count('data-state="next"') == 3


def test_what_the_first_page_fetches_from_the_design_is_small():
    files = ["visavis.css", "page.js", "favicon.svg"]
    compressed = sum(len(gzip.compress((STATIC / name).read_bytes())) for name in files)
    fonts = sum(path.stat().st_size for path in STATIC.rglob("*.woff2"))

    assert fonts <= 35_000
    assert compressed + fonts <= 38_000  # of 60 KB; pictures and words of the page need the rest


def test_nothing_comes_from_a_third_party():
    addresses = re.compile(r"(?:https?:)?//(?!www\.w3\.org)[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)
    css = (STATIC / "visavis.css").read_text()
    templates = [p.read_text() for p in (SOURCE / "design" / "templates").rglob("*.html")]

    assert [found for text in (css, *templates) for found in addresses.findall(text)] == []


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_a_script_stays_short(path):
    assert len(path.read_text().splitlines()) <= 150
