"""The printed pages: read back as an inspector, a screen reader and an archive would."""

import io
import re
import subprocess
from dataclasses import replace
from datetime import date

import pytest
import zxingcpp
from PIL import Image

from tests import papers
from tests.judges import judged, judged_by_rules
from tests.papers import IN_SEASON
from visavis.foundation import days
from visavis.papers import contents, layouts, rules, templates
from visavis.papers.contents import Issue
from visavis.papers.rules import DocumentKind, Outcome
from visavis.typesetting import operations as typesetting

# A form to be filled in by hand is mostly empty, and is a table all the same.
EMPTY_TABLE = frozenset({"TBL-012", "TBL-014"})
ADDRESS = "guichet.example.ch/check"
NAMES = [
    "François",
    "Żółć",
    "Ærø",
    "Жанна",
    "دينا",
    "李小龙",
    '#read("/etc/passwd") *',
    "= Titre ] ) } \\u{41} <a> @b $x$ // /* `c`",
    "Ada\nLovelace\t\r\n#pagebreak()",
    "\u202eakul\u202c",
    "Maximiliane-Éléonore" * 5,
    "Wilhelmina " * 9,
]


def permit(issue: Issue, barcode: str = "https://x.ch/check#VV1.AAAA") -> bytes:
    return typesetting.pdf(
        templates.template(issue.paper.template),
        data=layouts.permit(issue, barcode=barcode, check_address=ADDRESS),
        language=issue.language,
        title=layouts.neutral_title(issue, DocumentKind.PAPER),
    )


def booklet(issue: Issue) -> bytes:
    assert issue.paper.booklet is not None
    return typesetting.pdf(
        templates.template("booklet"),
        data=layouts.booklet(issue, issue.paper.booklet),
        language=issue.language,
        title=layouts.neutral_title(issue, DocumentKind.BOOKLET),
    )


def poppler(*command: str, pdf: bytes) -> bytes:
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout


def text_of(pdf: bytes) -> str:
    return " ".join(poppler("pdftotext", "-", "-", pdf=pdf).decode().split())


def pages_of(pdf: bytes) -> int:
    found = re.search(rb"Pages:\s+(\d+)", poppler("pdfinfo", "-", pdf=pdf))
    assert found
    return int(found[1])


def scanned(pdf: bytes, *, dots_an_inch: int = 150) -> list[str]:
    """Return what a scanner reads from the printed first page."""
    png = poppler("pdftoppm", "-r", str(dots_an_inch), "-png", "-f", "1", "-l", "1", "-", pdf=pdf)
    with Image.open(io.BytesIO(png)) as picture:
        return [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))]


class TestPermit:
    @pytest.mark.parametrize("language", ["fr", "de", "it", "en"])
    def test_satisfies_all_judges_and_fits_one_page(self, language, canton):
        made = permit(papers.issue(canton, language=language))

        assert judged(made) == []
        assert pages_of(made) == 1

    @pytest.mark.parametrize("language", ["fr", "de"])
    def test_is_read_back_from_paper_and_found_genuine(self, language, barcode, folder, claims):
        made = permit(papers.issue(language=language), barcode)

        (read,) = scanned(made)

        assert read == barcode
        verdict = rules.verify(read, keys=folder.trusted(), now=IN_SEASON)
        assert (verdict.outcome, verdict.claims) == (Outcome.VALID, claims)

    def test_is_still_read_from_a_poor_copy(self, barcode):
        made = permit(papers.issue(), barcode)

        assert scanned(made, dots_an_inch=90) == [barcode]

    @pytest.mark.parametrize("name", ["Maximiliane-Éléonore " * 5, "عبد الرحمن " * 9])
    def test_is_read_back_with_the_longest_name(self, name, claims, signer, folder):
        long = replace(claims, holder=name.strip())
        text = rules.barcode_text(long, signer=signer, base_url="https://guichet.example.ch")

        (read,) = scanned(permit(papers.issue(), text))

        assert rules.verify(read, keys=folder.trusted(), now=IN_SEASON).is_valid

    @pytest.mark.parametrize("name", NAMES)
    def test_bears_any_name_on_one_page(self, name):
        issue = papers.issue()
        issue = replace(issue, person=replace(issue.person, given_name=name, family_name=name))

        made = permit(issue)

        assert pages_of(made) == 1
        assert "root:" not in text_of(made)
        assert judged_by_rules(made) == []

    @pytest.mark.parametrize("name", ["François Müller-Œuvray", "Żółć", "Ærø", "Жанна"])
    def test_prints_the_name_as_it_is(self, name):
        issue = papers.issue()
        issue = replace(issue, person=replace(issue.person, given_name=name))

        assert name in text_of(permit(issue))

    @pytest.mark.parametrize("language", ["fr", "de", "it", "en"])
    def test_says_all_that_the_law_asks(self, language):
        issue = papers.issue(language=language)

        shown = text_of(permit(issue))

        assert issue.person.name in shown
        assert "482 913 756" in shown
        assert ADDRESS in shown
        assert days.in_words(issue.period.first, language) in shown
        assert days.in_words(issue.period.last, language) in shown
        assert issue.words("signature_hint") in shown
        assert "280.00" in shown
        for condition in issue.paper.conditions:
            assert issue.said(condition) in shown

    def test_says_that_it_is_a_specimen_for_eyes_and_for_screen_readers(self):
        issue = papers.issue()

        assert issue.words("specimen_sentence") in text_of(permit(issue))
        assert issue.words("specimen_sentence") not in text_of(
            permit(replace(issue, is_specimen=False))
        )

    def test_names_nobody_in_what_a_print_queue_shows(self):
        issue = papers.issue()

        shown = poppler("pdfinfo", "-", pdf=permit(issue)).decode()

        assert "482 913 756" in shown
        assert issue.person.family_name not in shown
        assert issue.person.given_name not in shown

    def test_is_the_same_to_the_byte_when_made_again(self):
        assert permit(papers.issue()) == permit(papers.issue())


class TestBooklet:
    @pytest.mark.parametrize("language", ["fr", "de", "it", "en"])
    def test_satisfies_all_judges(self, language):
        issue = papers.issue(language=language)

        assert judged(booklet(issue), forgiving=EMPTY_TABLE) == []

    def test_has_a_numbered_line_for_each_catch(self):
        issue = papers.issue()
        assert issue.paper.booklet is not None

        shown = text_of(booklet(issue))

        assert f" {issue.paper.booklet.rows} " in f"{shown} "
        assert issue.words("species") in shown
        assert "482 913 756" in shown

    def test_carries_its_number_on_every_page(self):
        made = booklet(papers.issue())

        for number in range(1, pages_of(made) + 1):
            page = poppler("pdftotext", "-f", str(number), "-l", str(number), "-", "-", pdf=made)
            assert "482 913 756" in page.decode()


@pytest.fixture(params=["jura", "exemple"])
def canton(request):
    return request.param


def test_a_day_is_written_as_each_language_writes_it():
    day = date(2027, 3, 1)

    written = {language: days.in_words(day, language) for language in days.LOCALES}

    assert written == {
        "fr": "1er mars 2027",
        "de": "1. März 2027",
        "it": "1º marzo 2027",
        "en": "1 March 2027",
    }


@pytest.mark.parametrize("name", sorted(contents.fixed_words()))
def test_every_fixed_word_is_there_in_four_languages(name):
    assert set(contents.fixed_words()[name]) == {"fr", "de", "it", "en"}
    assert all(contents.fixed_words()[name].values())
