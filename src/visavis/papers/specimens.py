"""The EU's code on a paper, for services whose definition asks for it."""

from dataclasses import dataclass
from datetime import date, datetime

from visavis.papers.contents import Issue, NotIssuable
from visavis.papers.dcc import demonstration, making, uvci


@dataclass(frozen=True, slots=True)
class EuCode:
    """The text of an EU certificate, and the identifier (UVCI) by which it is taken back."""

    text: str
    identifier: str


def eu_code(issue: Issue, *, now: datetime) -> EuCode | None:
    """Return an EU recovery certificate, or None if the paper carries none.

    Raises:
        NotIssuedHere: any world but the demonstration.
        NotIssuable: the answers make no certificate.
    """
    wanted = issue.paper.eu_recovery
    if wanted is None:
        return None
    keys = demonstration.keys()
    person = making.Recovered(
        family_name=issue.person.family_name,
        given_name=issue.person.given_name,
        born=issue.person.born,
        first_positive_on=date.fromisoformat(str(issue.reading.answer(wanted.first_positive_on))),
        country=str(issue.reading.answer(wanted.country)).upper(),
    )
    identifier = uvci.made()
    try:
        content = making.content(person, identifier=identifier, today=issue.issued_on)
    except making.NotMakeable as fault:
        raise NotIssuable(str(fault)) from fault
    text = making.signed_text(content, signer=keys.signer(now), now=now)
    return EuCode(text, identifier)
