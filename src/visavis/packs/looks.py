"""Checks the brand and the longer texts of a pack."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from visavis.foundation.text import LANGUAGES
from visavis.packs.folder import Pack
from visavis.packs.reading import Document, Fault, read_text

REQUIRED_TEXTS = ("about", "accessibility", "privacy", "imprint")
AGREEMENT = re.compile(r"agreement-(\d{4}-\d{2}-\d{2})")
LARGEST_PICTURE = 60 * 1024
LEAST_CONTRAST = {"--accent": 4.5, "--accent-ink": 7.0}  # WCAG 2.2, 1.4.3 and 1.4.6

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(
    r"\s*(--(?:accent(?:-ink|-soft)?|on-accent|art-[a-z0-9-]+))\s*:\s*([^;{}]+)\s*"
)
COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
TAG = re.compile(r"<[a-zA-Z!/]")


def brand_faults(pack: Pack) -> Iterator[Fault]:
    """Yield what is wrong with the brand."""
    yield from _tokens(pack.path)
    for name in ("wordmark.svg", "attract.svg"):
        yield from _picture(pack.path, f"brand/{name}")


def text_faults(pack: Pack) -> Iterator[Fault]:
    """Read the longer texts into the pack, and yield what is wrong with them."""
    for path in sorted((pack.path / "texts").rglob("*.md")):
        yield from _read(pack, path)
    for name, languages in sorted(pack.texts.items()):
        for language in LANGUAGES:
            if language not in languages:
                file = f"texts/{name}.{language}.md"
                yield Fault(file, 1, f"“{name}” is missing in {language}", f"write {file}")
    for name in REQUIRED_TEXTS:
        if name not in pack.texts:
            yield Fault(
                f"texts/{name}.fr.md", 1, "this text is missing", "write it in all four languages"
            )
    if not any(AGREEMENT.fullmatch(name) for name in pack.texts):
        yield Fault(
            "texts",
            1,
            "there is no agreement",
            "write agreement-<first day>.<language>.md in four languages",
        )


def _read(pack: Pack, path: Path) -> Iterator[Fault]:
    file = str(path.relative_to(pack.path))
    document = Document(file)
    name, _, language = path.name.removesuffix(".md").rpartition(".")
    if language not in LANGUAGES or not name:
        yield Fault(
            file,
            1,
            "the name does not end with a language",
            "name it <name>.fr.md, .de.md, .it.md or .en.md",
        )
        return
    if (dated := AGREEMENT.fullmatch(name)) and not _is_day(dated[1]):
        yield Fault(
            file,
            1,
            f"{dated[1]} is no day of the calendar",
            "name it after the first day of validity",
        )
    text = read_text(path, document)
    yield from document.faults
    if text is None:
        return
    pack.texts.setdefault(name, {})[language] = text
    if not text.strip():
        yield Fault(file, 1, "the text is empty", "write it, or remove the text in all languages")
    elif (name in REQUIRED_TEXTS or dated) and not text.startswith("# "):
        yield Fault(
            file, 1, "the text does not begin with its title", "write the first line as “# Title”"
        )
    for number, line in enumerate(text.splitlines(), start=1):
        if TAG.search(line) and not line.startswith("    "):
            yield Fault(
                file, number, "HTML stands here", "write Markdown: headings, lists, links, tables"
            )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _tokens(folder: Path) -> Iterator[Fault]:
    file = "brand/tokens.css"
    document = Document(file)
    text = read_text(folder / file, document)
    yield from document.faults
    if text is None:
        return
    bare = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text)
    accents: list[tuple[int, str, str]] = []
    for number, line in _statements(bare):
        if "url(" in line or line.startswith("@import"):
            yield Fault(
                file, number, "an address stands here", "take it out: the brand loads nothing"
            )
        elif found := DECLARATION.fullmatch(line):
            if found[1] in LEAST_CONTRAST:
                accents.append((number, found[1], found[2].strip()))
        elif line not in (":root", "@media (prefers-contrast: more)"):
            yield Fault(
                file,
                number,
                f"“{line}” does not belong here",
                "write only the properties that docs/reference/pack.md names, inside :root { }",
            )
    if bare.count("{") != bare.count("}"):
        yield Fault(file, text.count("\n") + 1, "a brace is missing", "close every { with }")
    if not any(name == "--accent" for _, name, _ in accents):
        yield Fault(file, 1, "--accent is missing", "add --accent: #…; to :root")
    for number, name, value in accents:
        yield from _accent(file, number, name, value)


def _statements(css: str) -> Iterator[tuple[int, str]]:
    """Yield selectors and declarations with the lines on which they begin."""
    line, begun_at, statement = 1, 1, ""
    for sign in css:
        if sign in "{};":
            if statement.strip():
                yield begun_at, " ".join(statement.split())
            statement = ""
        else:
            if sign.strip() and not statement.strip():
                begun_at = line
            statement += sign
        line += sign == "\n"
    if statement.strip():
        yield begun_at, " ".join(statement.split())


def _accent(file: str, line: int, name: str, value: str) -> Iterator[Fault]:
    if not COLOUR.fullmatch(value):
        yield Fault(file, line, f"{name} is {value}", "write a colour like #9c1f2e")
        return
    contrast = 1.05 / (_luminance(value) + 0.05)
    if contrast < LEAST_CONTRAST[name]:
        yield Fault(
            file,
            line,
            f"{name} {value} contrasts with white by {contrast:.1f} only",
            f"choose a darker colour: at least {LEAST_CONTRAST[name]} to 1",
        )


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(sign * 2 for sign in colour[1:])
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


FORBIDDEN = {"script", "foreignObject", "image", "iframe", "animate", "set"}


def _picture(folder: Path, file: str) -> Iterator[Fault]:
    document = Document(file)
    text = read_text(folder / file, document)
    yield from document.faults
    if text is None:
        return
    if len(text.encode()) > LARGEST_PICTURE:
        yield Fault(file, 1, "the picture is larger than 60 KB", "simplify it")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        yield Fault(file, 1, "a document type stands here", "take it away")
        return
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without document type there are no entities
    except ElementTree.ParseError as error:
        yield Fault(file, error.position[0], "this is not SVG", "save it again as plain SVG")
        return
    if "viewBox" not in root.attrib:
        yield Fault(file, 1, "the picture has no viewBox", "add one, so that it can be scaled")
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        for attribute, value in element.attrib.items():
            bare = attribute.rpartition("}")[2]
            outside = bare == "href" and not value.startswith("#")
            if bare.startswith("on") or outside or "url(http" in value:
                yield _in_picture(file, text, f"{bare}=", f"the attribute {bare} reaches outside")
        if name in FORBIDDEN:
            yield _in_picture(file, text, f"<{name}", f"an element {name} stands here")


def _in_picture(file: str, text: str, mark: str, what: str) -> Fault:
    line = text[: max(text.find(mark), 0)].count("\n") + 1
    return Fault(file, line, what, "take it out: a picture of the brand only draws")
