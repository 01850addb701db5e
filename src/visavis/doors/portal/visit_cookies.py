"""The cookies of a visit, and what they say. None of them holds anything about a person."""

from dataclasses import asdict, dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse

from visavis.visits import rules

VISIT = "visavis_visit"  # the visit's secret; after its end only the fact that it is over
START = "visavis_start"  # which device's attract screen this browser shows
LOOK = "visavis_look"  # text size and contrast, for a year, only at home
A_YEAR_S = 365 * 24 * 60 * 60
OVER = "over-"
HOW_IT_ENDED = frozenset({"finished", "idle", "stopped"})


@dataclass(frozen=True, slots=True)
class Start:
    """What the attract screen left in the browser.

    Attributes:
        mark: random; with the ticket it makes the visit's secret.
        ticket: hash of the ticket for which the mark was made.
        home: the device's own address.
    """

    mark: str
    ticket: str
    home: str


def start_of(request: HttpRequest) -> Start | None:
    """Return what the attract screen left, if it was ours."""
    try:
        return Start(**signing.loads(request.COOKIES.get(START, ""), salt=START))
    except (signing.BadSignature, TypeError):
        return None


def mark(request: HttpRequest, response: HttpResponse, *, ticket: str, home: str) -> None:
    """Leave a mark for this ticket; loading the attract screen again keeps it."""
    hashed = rules.hashed(ticket)
    known = start_of(request)
    if known and known.ticket == hashed and known.home == home:
        return
    start = Start(mark=rules.new_secret(), ticket=hashed, home=home)
    _set(request, response, START, signing.dumps(asdict(start), salt=START))


def give(request: HttpRequest, response: HttpResponse, *, secret: str) -> None:
    """Give the browser its visit."""
    _set(request, response, VISIT, secret)


def bury(request: HttpRequest, response: HttpResponse, *, how: str) -> None:
    """Leave in the browser only that a visit is over, so that no old page comes back as at home."""
    assert how in HOW_IT_ENDED
    _set(request, response, VISIT, OVER + how)


def how_it_ended(secret: str) -> str | None:
    """Return how the visit ended, if that is all the cookie still says."""
    how = secret.removeprefix(OVER) if secret.startswith(OVER) else ""
    return how if how in HOW_IT_ENDED else None


def leave(response: HttpResponse) -> None:
    """Make the browser one at home again."""
    response.delete_cookie(VISIT)
    response.delete_cookie(START)


def remember_look(
    request: HttpRequest, response: HttpResponse, *, text_size: int, contrast: str
) -> None:
    """Keep at home how somebody wants to see the pages."""
    _set(request, response, LOOK, f"{text_size}-{contrast}", max_age_s=A_YEAR_S)


def look_of(request: HttpRequest) -> tuple[int, rules.Contrast] | None:
    """Return text size and contrast as kept at home."""
    size, _, contrast = request.COOKIES.get(LOOK, "").partition("-")
    if size not in map(str, rules.TEXT_SIZES) or contrast not in set(rules.Contrast):
        return None
    return int(size), rules.Contrast(contrast)


def _set(
    request: HttpRequest,
    response: HttpResponse,
    name: str,
    value: str,
    max_age_s: int | None = None,
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",  # the return from the payment page is a navigation from elsewhere
    )
