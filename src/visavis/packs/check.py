"""Finds everything that is wrong with a pack, before a byte of it reaches the database."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import holidays

from visavis.catalog.definition import check as definition
from visavis.catalog.definition import fault as definition_fault
from visavis.catalog.definition.form import Form
from visavis.packs import folder, looks
from visavis.packs.folder import Pack
from visavis.packs.reading import Fault
from visavis.packs.references import appointments, codes, places, provenance, services
from visavis.papers import templates as papers

SEEN_YEARS = range(2021, 2028)


def check(path: Path) -> Pack:
    """Read a pack and look for all its faults; without any it may be loaded.

    Returns:
        The pack; `faults` are in the order of files and lines.
    """
    pack = folder.read(path)
    if path.is_dir():
        found = chain(
            looks.brand_faults(pack),
            looks.text_faults(pack),
            codes.faults(pack),
            places.faults(pack),
            services.faults(pack),
            appointments.faults(pack),
            provenance.faults(pack),
            _strangers(pack),
            _calendar(pack),
            _forms(pack),
            _papers(pack),
            _icons(pack),
        )
        pack.faults.extend(found)
    pack.faults = sorted(set(pack.faults))
    return pack


KNOWN = {
    *("pack.yaml", "sources.yaml", "organisations.yaml", "sites.yaml", "communes.csv"),
    *("localities.csv", "holidays.yaml", "partnership.yaml", "themes.yaml", "brand/tokens.css"),
    *("brand/wordmark.svg", "brand/attract.svg", "demo/overlay.yaml", "demo/people.yaml"),
    *("demo/appointments.yaml", "identity.yaml"),
}


# The look is a rung above, so only its files are looked at.
ICONS = Path(__file__).parents[1] / "design" / "icons"


def _icons(pack: Pack) -> Iterator[Fault]:
    known = {path.stem for path in ICONS.glob("*.svg")}
    for item in pack.themes:
        if known:
            yield from codes.unknown(
                item, "icon", code=item.entry.icon, known=known, of="the set of icons"
            )


def _strangers(pack: Pack) -> Iterator[Fault]:
    for path in sorted(pack.path.rglob("*")):
        file = str(path.relative_to(pack.path))
        expected = (
            file in KNOWN
            or (path.parent.name in ("services", "appointments") and path.suffix == ".yaml")
            or file.startswith("texts/")
            or (path.parent.name == "papers" and path.suffix == ".typ")
            or path.name in folder.UNREAD
        )
        if path.is_file() and not expected:
            yield Fault(file, 1, "nothing reads this file", "correct its name, or take it away")


def _calendar(pack: Pack) -> Iterator[Fault]:
    item = pack.holidays
    if item is None:
        return
    library = item.entry.library
    try:
        calendar = holidays.country_holidays(
            library.country, subdiv=library.subdivision, language=library.language, years=SEEN_YEARS
        )
    except NotImplementedError:
        yield item.fault(
            "library",
            what=f"the library knows no holidays of {library.country} {library.subdivision or ''}".rstrip(),
            how="write the ISO codes: country CH, subdivision JU",
        )
        return
    names = {name for day in calendar for name in calendar.get_list(day)}
    for field in ("treated_as_sunday", "working"):
        for index, name in enumerate(getattr(item.entry, field)):
            yield from codes.unknown(
                item,
                field,
                index,
                code=name,
                known=names,
                of=f"the library’s calendar ({library.language})",
            )


# Walking through a form with all answers takes a second, so one found good is not walked again.
_found_good: set[str] = set()


def _faults_of(form: Form) -> Sequence[definition_fault.Fault]:
    digest = hashlib.sha256(form.model_dump_json(by_alias=True).encode()).hexdigest()
    if digest in _found_good:
        return ()
    found = definition.faults(form)
    if not found:
        _found_good.add(digest)
    return found


def _forms(pack: Pack) -> Iterator[Fault]:
    for item in pack.services:
        for index, version in enumerate(item.entry.versions):
            if version.form is None:
                continue
            for fault in _faults_of(version.form):
                yield item.fault(
                    "versions", index, "form", *fault.path, what=fault.what, how=fault.mend
                )


def _papers(pack: Pack) -> Iterator[Fault]:
    own = {path.stem for path in (pack.path / "papers").glob("*.typ")}
    known = papers.template_names() | own
    for item in pack.services:
        for index, version in enumerate(item.entry.versions):
            if version.form and version.form.paper and version.form.paper.template not in known:
                yield item.fault(
                    *("versions", index, "form", "paper", "template"),
                    what=f"there is no template “{version.form.paper.template}”",
                    how=f"write one of {', '.join(sorted(known))}, or put your own into papers/",
                )
