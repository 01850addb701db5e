"""The EU's code on a paper, for services whose definition asks for it."""

from datetime import date, datetime

from visavis.papers.contents import Issue, NotIssuable
from visavis.papers.dcc import demonstration, making, uvci


def eu_code(issue: Issue, *, now: datetime) -> str | None:
    """Return the text of an EU recovery certificate, or None if the paper carries none.

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
    try:
        content = making.content(person, identifier=uvci.made(), today=issue.issued_on)
    except making.NotMakeable as fault:
        raise NotIssuable(str(fault)) from fault
    return making.signed_text(content, signer=keys.signer(now), now=now)
