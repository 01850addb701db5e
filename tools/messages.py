"""Texts of pages and their translations: collect, check. Babel does the work, not GNU gettext.

python tools/messages.py update   put new texts into each catalogue, keep what is translated; mend French spaces
python tools/messages.py check    fail if a text is missing or unfinished in a language, or breaks a line before
                                  a French : ; ! ? or guillemet
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation import template

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "visavis"
LANGUAGES = ("fr", "de", "it")  # English is written in the code
APPS = (
    "design",
    "doors/portal",
    "doors/staff",
    "doors/desk",
    "doors/office",
    "doors/control",
    "config",
)
PACKS = ROOT / "cantons"
BREAKS = re.compile(r" [:;!?»]|« ")  # in French the space there must not break the line
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w*)\}")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext": (1, 2),
}


def main(verb: str) -> int:
    faults = [fault for app in APPS for fault in _work(SOURCE / app, update=verb == "update")]
    faults += _loose_texts()
    for fault in faults:
        print(fault)
    return 1 if faults and verb == "check" else 0


def _work(app: Path, *, update: bool) -> Iterator[str]:
    found = _collect(app)
    for language in LANGUAGES:
        path = app / "locale" / language / "LC_MESSAGES" / "django.po"
        catalogue = _read(path, language)
        if update:
            catalogue.update(found, no_fuzzy_matching=True, keep_user_comments=True)
            catalogue.obsolete.clear()
            if language == "fr":
                _bind(catalogue)
            _write(path, catalogue)
        for message in found:
            if message.id:
                yield from _faults(
                    app, language, message, catalogue.get(message.id, message.context)
                )


def _collect(app: Path) -> Catalog:
    catalogue = Catalog()
    paths = [*app.rglob("*.py"), *app.rglob("*.html")]
    if app.name == "portal":
        paths += (SOURCE / "doors").glob("*.py")
    for path in sorted(paths):
        text = path.read_text()
        if path.suffix == ".html":
            # Django writes it for a reader that does not mind how lines are indented.
            blanked = template.templatize(text, origin=str(path))
            text = "\n".join(line.lstrip() for line in blanked.splitlines())
        source = io.BytesIO(text.encode())
        for line, function, message, _ in extract_python(
            source, KEYWORDS, (), {"encoding": "utf-8"}
        ):
            _add(catalogue, function, message, path=str(path.relative_to(SOURCE)), line=line)
    return catalogue


def _add(catalogue: Catalog, function: str, message: object, *, path: str, line: int) -> None:
    context, found = None, message
    if isinstance(found, tuple):
        parts = [part for part in found if part is not None]
        if function.startswith("pgettext"):
            context, *parts = parts
        found = tuple(parts[:2]) if function.startswith("ngettext") else parts[0] if parts else None
    if found and found != "":
        catalogue.add(found, context=context, locations=[(path, line)])


def _faults(app: Path, language: str, message: Message, known: Message | None) -> Iterator[str]:
    name = f"{app.relative_to(SOURCE)} {language}: {message.id!r}"
    texts = known.string if known is not None else ""
    texts = texts if isinstance(texts, (tuple, list)) else (texts,)
    if not texts or not all(texts):
        yield f"{name} is not translated"
        return
    wanted = _names(message.id if isinstance(message.id, str) else message.id[-1])
    for text in texts[-1:]:
        if _names(text) != wanted:
            yield f"{name} has other placeholders: {text!r}"
    for text in texts if language == "fr" else ():
        if BREAKS.search(text):
            yield f"{name} needs a no-break space: {text!r}"


def _bind(catalogue: Catalog) -> None:
    """Put no-break spaces where French wants them, so that nobody need think of it."""
    for message in catalogue:
        if not message.id or not message.string:
            continue
        if isinstance(message.string, str):
            message.string = _bound(message.string)
        elif message.string is not None:  # a new text has none yet
            message.string = tuple(_bound(text) for text in message.string)


def _bound(text: str) -> str:
    return BREAKS.sub(lambda found: found.group().replace(" ", "\u00a0"), text)


def _loose_texts() -> Iterator[str]:
    """Look at the French that stands outside the catalogues: texts of rooms and packs.

    Not at text messages: where all other characters are plain, this one would make them dearer.
    """
    for path in sorted([*SOURCE.rglob("texts/**/*.fr.md"), *PACKS.rglob("*.fr.md")]):
        if ".sms." not in path.name and BREAKS.search(path.read_text()):
            yield f"{path.relative_to(ROOT)} needs no-break spaces"
    for path in sorted(PACKS.rglob("*.yaml")):
        for text in _french_in(yaml.safe_load(path.read_text())):
            if BREAKS.search(text):
                yield f"{path.relative_to(ROOT)} needs a no-break space: {text!r}"


def _french_in(value: object) -> Iterator[str]:
    """Yield every text that a pack's file says in French."""
    if isinstance(value, list):
        for part in value:
            yield from _french_in(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key == "fr":
                yield from part if isinstance(part, list) else [str(part)]
            else:
                yield from _french_in(part)


def _names(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def _read(path: Path, language: str) -> Catalog:
    if path.exists():
        with path.open("rb") as file:
            return read_po(file, locale=language)
    return Catalog(locale=language)


def _write(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.creation_date = catalogue.revision_date = None  # type: ignore[assignment]
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, sort_output=True, omit_header=False, no_location=True)
    lines = [
        line
        for line in buffer.getvalue().decode().splitlines()
        if not line.startswith(
            (
                '"POT-Creation',
                '"PO-Revision',
                '"Last-Translator',
                '"Language-Team',
                '"Generated-By',
                '"Report-Msgid',
                '"Project-Id',
            )
        )
    ]
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
