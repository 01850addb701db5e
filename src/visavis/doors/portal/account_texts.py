"""The terms of use as a page shows them."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from visavis.doors.entrance import language_of, request_now
from visavis.people import queries

# The pack's texts hold no HTML; should one all the same, it is shown as text.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class ShownAgreement:
    """One version of the terms of use, ready to print."""

    version: date
    title: str
    body: SafeString


def agreement(request: HttpRequest) -> ShownAgreement:
    """Return the terms of use in force, in the language of the page."""
    version = queries.agreement_in_force(now=request_now(request))
    text = queries.agreement_text(version, language=language_of(request))
    body = mark_safe(MARKDOWN.render(text.body))  # HTML in it was escaped
    return ShownAgreement(version=version, title=text.title, body=body)
