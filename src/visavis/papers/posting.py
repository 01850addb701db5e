"""Sends a paper by post where its holder chose so: a letter with the paper enclosed."""

from datetime import datetime
from uuid import UUID

from visavis.catalog.definition.form import ByPost
from visavis.catalog.definition.reading import Reading
from visavis.foundation.actor import Actor
from visavis.foundation.text import said_in
from visavis.journal import operations as journal
from visavis.notices import operations as notices
from visavis.notices.enclosures import NothingToEnclose
from visavis.notices.rules import Channel
from visavis.papers import queries
from visavis.papers.contents import Issue
from visavis.papers.models import Paper
from visavis.papers.refusals import NoSuchPaper
from visavis.papers.rules import DocumentKind

TEMPLATE = "paper-by-post"


def post(paper: Paper, ready: Issue, *, actor: Actor, now: datetime) -> None:
    """Ask for the letter, in the transaction in which the paper is issued."""
    wanted = ready.paper.by_post
    if wanted is None or not ready.reading.holds(wanted.when):
        return
    notices.send(
        channel=Channel.LETTER,
        address="\n".join([ready.person.name, *_lines(wanted, ready.reading)]),
        language=paper.language,
        template=TEMPLATE,
        values={"paper": said_in(paper.title, paper.language)},
        subject=queries.subject_of(paper),
        actor=actor,
        now=now,
        once_key=f"{TEMPLATE}:{paper.pk}",
        enclosure=queries.subject_of(paper),
    )


def _lines(wanted: ByPost, reading: Reading) -> list[str]:
    def said(field: str | None) -> str:
        return str(reading.answer(field) or "") if field else ""

    street = f"{said(wanted.street)} {said(wanted.house_number)}".strip()
    return [street, f"{said(wanted.postal_code)} {said(wanted.locality)}"]


def enclosed(paper_id: str, *, now: datetime) -> bytes:
    """Return the PDF for the envelope, and write down that it was handed out.

    Raises:
        NothingToEnclose: taken back meanwhile, or erased.
    """
    try:
        paper = queries.paper(UUID(paper_id))
        pdf = queries.pdf_of(paper, DocumentKind.PAPER)
    except (ValueError, NoSuchPaper):
        raise NothingToEnclose from None
    if pdf is None or paper.revoked_at is not None:
        raise NothingToEnclose
    journal.record(
        what="papers.handed_out", subject=queries.subject_of(paper),
        actor=Actor.system("papers.post"), now=now,
        details={"case": paper.subject, "document": DocumentKind.PAPER.value, "way": "letter"},
    )  # fmt: skip
    return pdf
