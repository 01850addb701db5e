"""A PDF from a template and data."""

import subprocess
from datetime import UTC, datetime

import pytest

from tests.judges import judged
from visavis.typesetting import operations, qr

PLAIN = '#import "/lib/visavis.typ": *\n#show: page-frame\n= #title\n#data.name'
HOSTILE = [
    '#read("/etc/passwd")',
    "#panic(1) = Heading * _x_ $x$ @label <label> \\u{41}",
    "]#[ \"quoted\" 'single' `code` // comment /* c */",
    "a\nb\n\n\nc",
    "\u202eevil\u202c",
    "مرحبا بالعالم",
    "O’Neill-Żółć Ærø",
    "李",
    "",
]


@pytest.fixture
def template(tmp_path):
    def write(source: str):
        file = tmp_path / "sample.typ"
        file.write_text(source)
        return file

    return write


class TestPdf:
    def test_is_accessible_and_archivable_at_once(self, template):
        made = operations.pdf(
            template(PLAIN), data={"name": "Ada"}, language="fr", title="Permis 1"
        )

        assert judged(made) == []

    @pytest.mark.parametrize("name", HOSTILE)
    def test_prints_whatever_stands_in_the_data_as_text(self, template, name):
        made = operations.pdf(template(PLAIN), data={"name": name}, language="de", title="Titel")

        shown = text_of(made)
        assert "root:" not in shown
        if name.isascii() and name and "\n" not in name:
            assert name.split()[0] in shown

    def test_makes_the_same_bytes_of_the_same_data(self, template):
        file, data = template(PLAIN), {"name": "Ada"}

        once, again = (
            operations.pdf(file, data=data, language="it", title="Titolo") for _ in range(2)
        )

        assert once == again

    def test_writes_language_title_and_moment_into_the_file(self, template):
        made = operations.pdf(
            template(PLAIN),
            data={"name": ""},
            language="de",
            title="Patent 482 913 756",
            made_at=datetime(2027, 2, 12, 9, tzinfo=UTC),
        )

        assert b"/Lang(de-CH)" in made.replace(b" (", b"(")
        assert "Patent 482 913 756" in info_of(made)
        assert "2027" in info_of(made)

    def test_draws_a_code_with_its_alternative_text(self, template):
        source = PLAIN + '\n#qr(data.code, alt: "Code")'

        made = operations.pdf(
            template(source),
            data={"name": "", "code": qr.svg("https://example.ch")},
            language="fr",
            title="Code",
        )

        assert judged(made) == []

    def test_refuses_a_picture_without_alternative_text(self, template):
        source = PLAIN + '\n#image(bytes(data.code), format: "svg")'

        with pytest.raises(operations.TemplateAtFault, match="alt text"):
            operations.pdf(
                template(source),
                data={"name": "", "code": qr.svg("x")},
                language="fr",
                title="Code",
            )

    def test_names_the_place_of_a_fault_and_nothing_of_the_data(self, template):
        source = PLAIN + "\n#assert(false, message: data.name)"

        with pytest.raises(operations.TemplateAtFault) as refusal:
            operations.pdf(
                template(source), data={"name": "Geheim Muster"}, language="fr", title="Titre"
            )

        assert "main.typ:5" in str(refusal.value)
        assert "assert" not in str(refusal.value).replace("assertion", "")

    def test_keeps_a_template_from_reading_files(self, template):
        with pytest.raises(operations.TemplateAtFault):
            operations.pdf(
                template(PLAIN + '\n#read("/etc/passwd")'),
                data={"name": ""},
                language="fr",
                title="Titre",
            )

    def test_stops_a_page_that_takes_too_long(self, template):
        endless = PLAIN + "\n#for x in range(9000) { for y in range(9000) { let z = x * y } }"

        with pytest.raises(operations.TookTooLong) as refusal:
            operations.pdf(
                template(endless), data={"name": "Ada"}, language="fr", title="T", time_limit_s=1
            )

        assert refusal.value.__cause__ is None
        assert "Ada" not in str(refusal.value)


def text_of(pdf: bytes) -> str:
    return poppler("pdftotext", "-", "-", pdf=pdf)


def info_of(pdf: bytes) -> str:
    return poppler("pdfinfo", "-", pdf=pdf)


def poppler(*command: str, pdf: bytes) -> str:
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
