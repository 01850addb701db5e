"""What papers do when something happens below: once a case is granted, its paper is issued."""

from datetime import datetime

from visavis.foundation.actor import Actor
from visavis.foundation.jobs import follow
from visavis.notices.enclosures import encloses
from visavis.papers import operations, posting
from visavis.papers.refusals import NothingToIssue

encloses("paper")(posting.enclosed)


@follow("case.granted")
def issue_the_paper(subject: str, now: datetime) -> None:
    """Issue what the service of a granted case leads to, if anything. May be repeated."""
    case = subject if subject.startswith("case:") else f"case:{subject}"
    try:
        operations.issue(subject=case, actor=Actor.system("papers.issue"), now=now)
    except NothingToIssue:
        return
