"""Questions about papers. Nothing here writes."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError

from visavis.foundation import codes
from visavis.foundation.actor import Actor
from visavis.notices.models import Notice
from visavis.notices.rules import Channel, State
from visavis.papers import claims, granted, rules, signing, trust
from visavis.papers.dcc import demonstration, making, revocation
from visavis.papers.dcc import trust as eu_trust
from visavis.papers.models import Document, Paper, PaperQuerySet
from visavis.papers.refusals import NoSuchPaper
from visavis.papers.rules import DocumentKind, Outcome, Verdict
from visavis.papers.trust import TrustedKey


def papers_of(subject: str) -> PaperQuerySet:
    """Return what was issued for a subject such as "case:<uuid>"."""
    return Paper.objects.filter(subject=subject)


def papers_for(subjects: Sequence[str]) -> PaperQuerySet:
    """Return what was issued for any of these subjects, the newest first; one query."""
    return Paper.objects.filter(subject__in=subjects).order_by("-issued_at", "-pk")


def paper(paper_id: UUID | str) -> Paper:
    """Return a paper. Whether the asker may see it is not asked here.

    Raises:
        NoSuchPaper: no paper has this id.
    """
    try:
        return Paper.objects.get(pk=paper_id)
    except (Paper.DoesNotExist, ValidationError, ValueError) as missing:
        raise NoSuchPaper from missing


def by_number(typed: str) -> Paper:
    """Return the paper with a number, however it was typed.

    Raises:
        NoSuchPaper: mistyped, or nobody's number.
    """
    number = codes.canonical(typed)
    found = Paper.objects.filter(number=number).first() if codes.is_number(number) else None
    if found is None:
        raise NoSuchPaper
    return found


def paper_for(paper_id: UUID | str, *, actor: Actor) -> Paper:
    """Return a paper to whoever may see its case.

    Raises:
        NoSuchPaper: no paper has this id, or the case is somebody else's.
    """
    found = paper(paper_id)
    if not granted.may_see(found.subject, actor=actor):
        raise NoSuchPaper
    return found


def document_kinds(of: Paper) -> list[DocumentKind]:
    """Return which PDFs a paper has, the paper itself first."""
    kinds = set(of.documents.values_list("kind", flat=True))
    return [kind for kind in DocumentKind if kind.value in kinds]


def pdf_of(of: Paper, kind: DocumentKind) -> bytes | None:
    """Return a PDF as it was issued, or None when the case's key was destroyed.

    Raises:
        NoSuchPaper: the paper has no such document.
    """
    document = Document.objects.filter(paper=of, kind=kind).first()
    if document is None:
        raise NoSuchPaper
    return granted.opened(of.subject, bytes(document.sealed), context=context_of(of, kind))


def is_signed_by_holder(of: Paper) -> bool:
    """Tell whether its holder signs a paper by hand, as the definition says."""
    return granted.is_signed_by_holder(of.subject)


def subject_of(of: Paper) -> str:
    """Return how the journal and other rooms name a paper."""
    return f"paper:{of.pk}"


def posted(papers: Iterable[Paper]) -> dict[UUID, datetime | None]:
    """Return which papers go by post, and when each letter left; one query."""
    names = {subject_of(paper): paper.pk for paper in papers}
    letters = Notice.objects.filter(
        subject__in=names, channel=Channel.LETTER, state__in=[State.WAITING, State.SENT]
    )
    return {names[letter.subject]: letter.sent_at for letter in letters}


def context_of(of: Paper, kind: DocumentKind | None = None) -> str:
    """Return what binds a ciphertext to its place."""
    return f"paper:{of.pk}:{kind.value if kind else 'sealed'}"


def check(text: str, *, now: datetime) -> Verdict:
    """Return what the text of a barcode is worth, by signature, dates and our register.

    A genuine signature of ours on a number that we never issued is treated as foreign: then
    somebody else has our key.
    """
    verdict = rules.verify(text, keys=trusted_keys(), revoked=revoked_numbers(), now=now)
    said = verdict.claims
    ours = said is not None and said.issuer == settings.CANTON
    if said and ours and not Paper.objects.filter(number=said.number, kind=said.kind).exists():
        return Verdict(Outcome.FOREIGN)
    return verdict


def check_number(typed: str, birth_year: int, *, now: datetime) -> Verdict:
    """Return what the paper with a number is worth, if the holder was born in that year.

    The answer holds no name: whoever types a number and guesses a year learns only whether the
    paper is valid. The door limits the tries for one number.
    """
    try:
        found = by_number(typed)
    except NoSuchPaper:
        return Verdict(Outcome.UNKNOWN)
    holder = holder_of(found)
    if holder is None or holder["born"][:4] != f"{birth_year:04d}":
        return Verdict(Outcome.UNKNOWN)
    outcome = rules.standing(
        found.revoked_at is not None,
        found.valid_from,
        found.valid_until,
        is_specimen=found.is_specimen,
        now=now,
    )
    said = claims.Claims(
        issuer=settings.CANTON,
        number=found.number,
        kind=found.kind,
        holder="",
        birth_year=birth_year,
        issued_at=found.issued_at,
        begins_at=found.valid_from,
        ends_at=found.valid_until,
        is_specimen=found.is_specimen,
    )
    return Verdict(outcome, said, found.is_specimen)


def standing_of(of: Paper, *, now: datetime) -> Outcome:
    """Return what a paper is worth now; a specimen counts as what it would be in earnest."""
    is_revoked = of.revoked_at is not None
    return rules.standing(is_revoked, of.valid_from, of.valid_until, is_specimen=False, now=now)


def holder_of(of: Paper) -> dict[str, str] | None:
    """Return whom a paper names, or None when the case's key was destroyed."""
    plain = granted.opened(of.subject, bytes(of.sealed), context=context_of(of))
    if plain is None:
        return None
    holder: dict[str, str] = json.loads(plain)["holder"]
    return holder


def title_of_kind(kind: str, language: str) -> str:
    """Return what papers of a kind are called, as the newest of them was."""
    newest = Paper.objects.filter(kind=kind).order_by("-issued_at").values_list("title", flat=True)
    texts: dict[str, str] = newest.first() or {}
    return texts.get(language, "")


def trusted_keys() -> tuple[TrustedKey, ...]:
    """Return the keys whose signature counts here: all that this instance ever used."""
    return signing.key_folder().trusted()


def revoked_numbers() -> frozenset[str]:
    """Return the numbers of all papers that were taken back."""
    return frozenset(Paper.objects.revoked().values_list("number", flat=True))


def revocation_list(*, now: datetime) -> str:
    """Return the signed list of what was taken back, for checks without network."""
    return trust.revocation_list(
        revoked_numbers(), issuer=settings.CANTON, now=now, signer=signing.signer(now)
    )


def eu_revocation_list() -> str:
    """Return which EU certificates were taken back, in the form in which countries exchanged it."""
    taken_back = Paper.objects.revoked().exclude(eu_hash="").values_list("eu_hash", flat=True)
    return revocation.written_list(map(bytes.fromhex, taken_back), country=making.COUNTRY)


def eu_trust_list() -> str:
    """Return who signs the EU certificates that are issued here.

    Raises:
        NotIssuedHere: any world but the demonstration.
    """
    certificates = dict.fromkeys(demonstration.keys().certificates(), making.COUNTRY)
    return eu_trust.written_list(certificates)
