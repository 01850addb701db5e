"""Which kind of file this is, by its first bytes: never by its name, never by what a browser says."""

from enum import StrEnum

from visavis.foundation.files.refusals import ForeignPicture, UnknownKind


class Format(StrEnum):
    """What can be read; the values of pictures are the names that the picture library uses."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    PDF = "PDF"


def format_of(content: bytes) -> Format:
    """Return the format whose signature stands at the very beginning.

    Raises:
        ForeignPicture: it is HEIC or AVIF.
        UnknownKind: it is anything else.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if content.startswith(b"%PDF-"):
        return Format.PDF
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Format.WEBP
    if content[4:8] == b"ftyp":
        raise ForeignPicture
    raise UnknownKind
