"""What people are told of their appointments, in four languages and by each way."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import inspect
import re
from pathlib import Path

import pytest

from tests.booking import at, book, book_at, citizen, make_right
from visavis.appointments import followers, telling
from visavis.foundation.text import LANGUAGES
from visavis.notices import texts
from visavis.notices.rules import Channel

FOLDER = Path(telling.__file__).parent / "texts" / "notices"
NAMED = re.compile(r'"(appointment-[a-z-]+)"')
TEMPLATES = sorted(
    {name for module in (followers, telling) for name in NAMED.findall(inspect.getsource(module))}
)
ONLY_IN = {
    "before": {"appointment-moved", "appointment-moved-by-office"},
    "latest": {"appointment-second", "appointment-missed"},
    "until": {"appointment-offer"},
}
KINDS = pytest.mark.parametrize("kind", ["", ".sms"])
EACH = pytest.mark.parametrize("template", TEMPLATES)
SMS_LENGTH = 300  # before it is filled in


def text_of(template: str, language: str, kind: str = "") -> str:
    return (FOLDER / f"{template}{kind}.{language}.md").read_text()


def names_in(text: str) -> set[str]:
    return set(texts.PLACEHOLDER.findall(text))


def test_each_template_has_its_texts_and_no_other_lie_about():
    expected = {
        f"{template}{kind}.{language}.md"
        for template in TEMPLATES
        for kind in ("", ".sms")
        for language in LANGUAGES
    }

    assert {path.name for path in FOLDER.iterdir()} == expected
    assert "appointment-booked" in TEMPLATES  # they were found


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_can_be_said_with_what_is_known_of_a_booking(make_right, book_at, book, language):
    right = make_right(citizen())
    booked = book_at(right, at("2026-11-10", "08:00"), citizen())
    values = telling._values(booked, right, book, language)

    for template in TEMPLATES:
        for channel in Channel:
            title, body = texts.compose(template, channel=channel, language=language, values=values)

            assert bool(title) is (channel is not Channel.SMS), (template, channel)
            assert values["what"] in (title or body), (template, channel)
            assert values["link"] in body, (template, channel)
            assert not re.search(r"[{}]", title + body), (template, channel)


@EACH
@KINDS
def test_languages_name_the_same_values(template, kind):
    named = {language: names_in(text_of(template, language, kind)) for language in LANGUAGES}

    assert all(names == named["fr"] for names in named.values()), named


@EACH
@KINDS
@pytest.mark.parametrize("name", ONLY_IN)
def test_what_may_be_empty_stands_only_where_it_is_known(template, kind, name):
    assert (name in names_in(text_of(template, "fr", kind))) is (template in ONLY_IN[name])


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_begins_with_its_title(template, language):
    first, blank, *body = text_of(template, language).splitlines()

    assert first.startswith("# {what}")
    assert blank == ""
    assert body


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_sms_is_one_short_line_that_begins_with_what_it_is_about(template, language):
    text = text_of(template, language, ".sms").removesuffix("\n")

    assert text.startswith("{what}")
    assert "\n" not in text
    assert len(text) <= SMS_LENGTH


@EACH
@KINDS
def test_signs_are_those_of_the_language(template, kind):
    for language in LANGUAGES:
        text = text_of(template, language, kind)

        assert not re.search(r"['\"ß]|  | $", text, re.MULTILINE), language
    french = text_of(template, "fr", kind)
    assert not re.search(r"[^\u00a0\u202f][:;?!](?=\s)|«(?!\u00a0)", french)
