"""What papers ask of the rooms below: the granted case, its vault, its price, its sender."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from visavis.cases import queries as cases
from visavis.cases import vault
from visavis.cases.models import Case
from visavis.cases.rules import State
from visavis.foundation.actor import Actor
from visavis.foundation.text import said_in
from visavis.papers.contents import (
    INK,
    Brand,
    Issue,
    Period,
    Person,
    Price,
    Words,
    fixed_words,
)
from visavis.papers.refusals import NoSuchPaper, NothingToIssue
from visavis.payments import queries as payments
from visavis.places import queries as places
from visavis.places.models import Organisation

ACCENT = re.compile(r"--accent:\s*(#[0-9a-fA-F]{6})\b")
NOT_FOR_PRINT = ("var(", "<text", "<style", "currentColor")  # what only a browser can draw


@dataclass(frozen=True, slots=True)
class Granted:
    """A granted case whose service leads to a paper."""

    case: Case

    @property
    def subject(self) -> str:
        return self.case.subject

    @property
    def service(self) -> str:
        return self.case.service_code

    @property
    def office_code(self) -> str:
        return self.case.office

    @property
    def language(self) -> str:
        return self.case.language

    @property
    def zone(self) -> ZoneInfo:
        return places.zone()

    def issue(self, number: str, *, is_specimen: bool, now: datetime) -> Issue:
        """Return everything that will stand on the paper.

        Raises:
            NotIssuable: the answers do not give what the definition's paper needs.
        """
        form = cases.form_of(self.case)
        assert form.paper is not None  # `case_of` has looked
        reading = cases.reading_of(self.case, now=now)
        office = _office_name(self.office_code, self.language)
        return Issue(
            form=form,
            reading=reading,
            language=self.language,
            words=Words(fixed_words(), self.language),
            brand=_brand(office, self.language),
            office=office,
            number=number,
            person=Person.named_by(form.paper.holder, reading),
            period=Period.given_by(form.paper, reading),
            issued_on=now.astimezone(self.zone).date(),
            price=_price(self.case, self.language, self.zone),
            is_specimen=is_specimen,
        )


def case_of(subject: str) -> Granted:
    """Return the granted case behind "case:<uuid>".

    Raises:
        NothingToIssue: no such case, not granted, or its service leads to no paper.
    """
    case_id = cases.of_subject(subject)
    if case_id is None:
        raise NothingToIssue(subject)
    try:
        case = cases.case(case_id)
    except cases.NoSuchCase as missing:
        raise NothingToIssue(subject) from missing
    if case.state != State.GRANTED or cases.form_of(case).paper is None:
        raise NothingToIssue(subject)
    return Granted(case)


def is_signed_by_holder(subject: str) -> bool:
    """Tell whether the definition behind a paper asks for its holder's signature."""
    paper = cases.form_of(cases.case(_id_of(subject))).paper
    return paper is not None and paper.signed_by_holder


def may_see(subject: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see a case's paper: its owner, or an officer of its office."""
    case_id = _id_of(subject)
    for look in (cases.case_for, cases.file_for):
        try:
            look(case_id, actor=actor)
        except cases.NoSuchCase:
            continue
        return True
    return False


def sealed(subject: str, plain: bytes, *, context: str) -> bytes:
    """Return bytes that only the key of the case opens."""
    return vault.seal(_id_of(subject), plain, context=context)


def opened(subject: str, sealed_: bytes, *, context: str) -> bytes | None:
    """Return what was sealed, or None when the case's key was destroyed."""
    try:
        return vault.open_(_id_of(subject), sealed_, context=context)
    except vault.KeyDestroyed:
        return None


def _id_of(subject: str) -> UUID:
    case_id = cases.of_subject(subject)
    if case_id is None:
        raise NoSuchPaper
    return case_id


def _office_name(code: str, language: str) -> str:
    office = Organisation.objects.filter(code=code).first()
    return said_in(office.names, language) if office else ""


def _brand(office: str, language: str) -> Brand:
    canton = places.canton()
    name = said_in(canton.issuer.get("name") or canton.name, language)
    accent, logo = look_of_pack(Path(settings.PACK))
    return Brand(name=name, place=office, accent=accent, logo=logo)


def look_of_pack(pack: Path) -> tuple[str, str | None]:
    """Return accent colour and mark of a pack; a mark that only browsers can draw is left out."""
    tokens = pack / "brand" / "tokens.css"
    found = ACCENT.search(tokens.read_text("utf-8")) if tokens.exists() else None
    mark = pack / "brand" / "wordmark.svg"
    drawing = mark.read_text("utf-8") if mark.exists() else ""
    is_printable = drawing and not any(word in drawing for word in NOT_FOR_PRINT)
    return (found[1] if found else INK, drawing if is_printable else None)


def _price(case: Case, language: str, zone: ZoneInfo) -> Price | None:
    charges = cases.charges_of(case)
    if not charges:
        return None
    payment = payments.for_subject(case.subject)
    settled_at = payment.settled_at if payment else None
    return Price(
        lines=[(said_in(charge.label, language), charge.amount_cents) for charge in charges],
        total_cents=sum(charge.amount_cents for charge in charges),
        paid_on=settled_at.astimezone(zone).date() if settled_at else None,
    )
