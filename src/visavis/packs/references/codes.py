"""Codes: known ones, and each only once."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from pydantic import BaseModel

from visavis.packs.folder import Item, Pack
from visavis.packs.reading import Fault


def unknown(
    item: Item[BaseModel], *trail: str | int, code: object, known: Iterable[object], of: str
) -> Iterator[Fault]:
    """Yield a fault when a code is not among the known ones, with the nearest as a hint."""
    choices = [str(one) for one in known]
    if str(code) not in choices:
        near = get_close_matches(str(code), choices, n=1, cutoff=0.6)
        how = f"perhaps {near[0]} is meant?" if near else f"add it to {of}, or write another"
        yield item.fault(*trail, what=f"“{code}” is not in {of}", how=how)


def faults(pack: Pack) -> Iterator[Fault]:
    """Yield codes that stand twice in one file."""
    groups: tuple[Sequence[Item[BaseModel]], ...] = (
        pack.organisations, pack.sites, pack.partnerships, pack.themes, pack.identity,
    )  # fmt: skip
    for group in groups:
        seen: dict[str, int] = {}
        for item in group:
            code = str(getattr(item.entry, "code", ""))
            line = item.document.line((*item.trail, "code"))
            if code in seen:
                yield item.fault(
                    "code",
                    what=f"“{code}” stands twice, first on line {seen[code]}",
                    how="give one of them another code",
                )
            seen.setdefault(code, line)
