"""Everything that may change or hand out a paper."""

import json
from dataclasses import asdict
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from visavis.foundation import codes
from visavis.foundation.actor import Actor, Kind
from visavis.foundation.database import insert_unless_excluded
from visavis.journal import operations as journal
from visavis.papers import (
    granted,
    layouts,
    pdf_signing,
    posting,
    queries,
    rules,
    signing,
    specimens,
    templates,
)
from visavis.papers.claims import Claims
from visavis.papers.contents import Issue
from visavis.papers.dcc import revocation
from visavis.papers.granted import Granted
from visavis.papers.models import Document, Paper
from visavis.papers.refusals import AlreadyRevoked, Erased, NotYourOffice
from visavis.papers.rules import DocumentKind, RevokeReason
from visavis.typesetting import operations as typesetting

TRIES = 5  # a random number of nine digits is hardly ever taken
OFFICER = "officer"


class NoFreeNumber(Exception):
    """Five random numbers in a row were taken: the numbers are used up, or not random."""


@transaction.atomic
def issue(*, subject: str, actor: Actor, now: datetime) -> Paper:
    """Make, sign and keep the paper of a granted case; the second call returns the first's paper.

    Args:
        subject: "case:<uuid>".

    Raises:
        NothingToIssue: not granted, or the service leads to no paper.
        NotIssuable: the answers do not give what the definition's paper needs.
        NoSigner: nothing here may sign.
        TypesettingFailed: no PDF could be made.
    """
    if existing := queries.papers_of(subject).first():
        return existing
    case = granted.case_of(subject)
    for _ in range(TRIES):
        paper = _issued(case, codes.new_number(rules.NUMBER_DIGITS), actor=actor, now=now)
        if paper is not None:
            return paper
        # Another worker was faster, or, once in many millions, the number is taken.
        if existing := queries.papers_of(subject).first():
            return existing
    raise NoFreeNumber


def _issued(case: Granted, number: str, *, actor: Actor, now: datetime) -> Paper | None:
    ready = case.issue(number, is_specimen=settings.WORLD != signing.LIVE, now=now)
    begins_at, ends_at = ready.period.moments(case.zone)
    signer = signing.signer(now)
    barcode = rules.barcode_text(
        _claims(case, ready, begins_at, ends_at, now), signer=signer, base_url=settings.BASE_URL
    )
    paper = Paper(
        number=number,
        subject=case.subject,
        kind=case.service,
        template=ready.paper.template,
        title=dict(ready.paper.title),
        office=case.office_code,
        language=case.language,
        valid_from=begins_at,
        valid_until=ends_at,
        issued_at=now,
        is_specimen=ready.is_specimen,
        signing_key=signer.key_id.hex(),
    )
    frozen = {"barcode": barcode, "holder": asdict(ready.person)}
    if eu_code := specimens.eu_code(ready, now=now):
        paper.eu_hash = revocation.hash_of(eu_code.identifier).hex()
        frozen["eu_identifier"] = eu_code.identifier
    paper.sealed = granted.sealed(
        case.subject, json.dumps(frozen).encode(), context=queries.context_of(paper)
    )
    eu_text = eu_code.text if eu_code else None
    documents = _documents(case, ready, barcode, eu_text, paper)
    if insert_unless_excluded(paper) is None:
        return None
    Document.objects.bulk_create(documents)
    posting.post(paper, ready, actor=actor, now=now)
    journal.record(
        what="papers.issued",
        subject=f"paper:{paper.pk}",
        actor=actor,
        now=now,
        details={"case": case.subject, "number": number, "kind": paper.kind},
    )
    return paper


def _claims(
    case: Granted, ready: Issue, begins_at: datetime, ends_at: datetime, now: datetime
) -> Claims:
    return Claims(
        issuer=settings.CANTON,
        number=ready.number,
        kind=case.service,
        holder=ready.person.name,
        birth_year=ready.person.birth_year,
        issued_at=now,
        begins_at=begins_at,
        ends_at=ends_at,
        is_specimen=ready.is_specimen,
    )


def _documents(
    case: Granted, ready: Issue, barcode: str, eu_code: str | None, paper: Paper
) -> list[Document]:
    address = f"{urlsplit(settings.BASE_URL).netloc}/check"
    contents = {
        DocumentKind.PAPER: layouts.permit(
            ready, barcode=barcode, check_address=address, eu_code=eu_code
        )
    }
    names = {DocumentKind.PAPER: ready.paper.template, DocumentKind.BOOKLET: templates.BOOKLET}
    if ready.paper.booklet:
        contents[DocumentKind.BOOKLET] = layouts.booklet(ready, ready.paper.booklet)
    signer = pdf_signing.signer(paper.issued_at)
    documents = []
    for kind, content in contents.items():
        pdf = typesetting.pdf(
            templates.template(names[kind]),
            data=content,
            language=case.language,
            # Shown by print queues: the number says which paper it is, and not whose.
            title=layouts.neutral_title(ready, kind),
            made_at=paper.issued_at,
        )
        # Signed once and kept so: whoever fetches it, and whenever, gets the same bytes.
        signed = signer.sign(pdf, now=paper.issued_at)
        sealed = granted.sealed(case.subject, signed, context=queries.context_of(paper, kind))
        documents.append(Document(paper=paper, kind=kind, sealed=sealed))
    return documents


@transaction.atomic
def revoke(*, paper_id: UUID, reason: RevokeReason, actor: Actor, now: datetime) -> Paper:
    """Take a paper back: from now on every check with network says so.

    Raises:
        NoSuchPaper: no paper has this id.
        NotYourOffice: the actor is no officer of the office that issued it.
        AlreadyRevoked: it was taken back before.
    """
    paper = queries.paper(paper_id)
    if not may_revoke(paper, actor=actor):
        raise NotYourOffice
    changed = Paper.objects.filter(pk=paper.pk, revoked_at=None).update(
        revoked_at=now, revoked_by=actor.name, revoke_reason=reason
    )
    if not changed:
        raise AlreadyRevoked
    journal.record(
        what="papers.revoked",
        subject=f"paper:{paper.pk}",
        actor=actor,
        now=now,
        details={"case": paper.subject, "reason": reason.value},
    )
    paper.refresh_from_db()
    return paper


def may_revoke(paper: Paper, *, actor: Actor) -> bool:
    """Tell whether the actor may take this paper back."""
    return actor.kind in (Kind.SYSTEM, Kind.OPERATOR) or actor.has_role(
        OFFICER, organisation=paper.office
    )


@transaction.atomic
def hand_out(*, paper_id: UUID, kind: DocumentKind, actor: Actor, now: datetime) -> bytes:
    """Return the PDF to its holder, or to an officer on the case, and write down that it was.

    Raises:
        NoSuchPaper: no such paper or document, or somebody else's.
        Erased: the key of the case was destroyed.
    """
    paper = queries.paper_for(paper_id, actor=actor)
    pdf = queries.pdf_of(paper, kind)
    if pdf is None:
        raise Erased
    journal.record(
        what="papers.handed_out",
        subject=f"paper:{paper.pk}",
        actor=actor,
        now=now,
        details={"case": paper.subject, "document": kind.value},
    )
    return pdf
