"""Texts of pages and their translations: collect, check. Babel does the work, not GNU gettext.

python tools/messages.py update   put new texts into each catalogue, keep what is translated
python tools/messages.py check    fail if a text is missing or unfinished in a language
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation import template

SOURCE = Path(__file__).parents[1] / "src" / "visavis"
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
