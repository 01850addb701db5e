"""Reads XML of a bank into a tree: no document type, no entity, nothing from outside, bounded."""

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

LARGEST_BYTES = 20_000_000
DEEPEST = 40
MOST_ELEMENTS = 2_000_000


class NotXml(Exception):
    """The bytes are no XML that we read; the message says why."""


class _Reader:
    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.depth = self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise NotXml("too deep, or too many elements")
        self.builder.start(name, attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        self.builder.end(name)

    def refuse(self, *_: object) -> None:
        raise NotXml("a document type or an entity")


def tree(content: bytes) -> Element:
    """Return the root; names are written `namespace}name`.

    Raises:
        NotXml: too large, not well-formed, or with a document type.
    """
    if len(content) > LARGEST_BYTES:
        raise NotXml("too large")
    reader, parser = _Reader(), expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.builder.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise NotXml("not well-formed") from error
    except (LookupError, ValueError) as error:  # an encoding that nobody knows
        raise NotXml("unreadable characters") from error
    return reader.builder.close()
