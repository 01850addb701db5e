"""PDFs, taken apart and judged: what is kept is a document that only shows itself.

Runs in the limited process only. Every object is looked at, wherever it lies (in object streams,
in old annotations, referred to by nothing), after the parser has undone the spellings of names.
"""

import io
import re
import zlib
from collections.abc import Iterable, Iterator

import pikepdf

from visavis.foundation.files.refusals import (
    ActiveContent,
    Damaged,
    Encrypted,
    TooManyPages,
    TooMuchInside,
)
from visavis.foundation.files.types import Limits

# What acts, fetches, plays, or carries another file; ISO 32000-2, 12.5.6, 12.6.4, 7.11.4, 13.
ACTING_KEYS = frozenset({
    "/JS", "/JavaScript", "/AA", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent",
    "/RichMediaSettings", "/3DD", "/3DV", "/Collection", "/Rendition", "/Renditions",
})  # fmt: skip
ACTIONS = frozenset({
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToR", "/GoToE",
    "/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView", "/Hide", "/SetOCGState",
    "/Trans", "/GoToDp",
})  # fmt: skip
ACTING_KINDS = frozenset({
    "/RichMedia", "/Movie", "/Sound", "/3D", "/Screen", "/FileAttachment", "/EmbeddedFile",
})  # fmt: skip
DEEPEST = 60
AFTER_THE_END = re.compile(rb"[\s\0]*\Z")
PIECE = 1 << 20


def judge(content: bytes, *, limits: Limits) -> int:
    """Return the number of pages of a PDF that may be kept as it is.

    Raises:
        Damaged: a reader would have to guess, or something lies behind its end.
        Encrypted, ActiveContent, TooManyPages, TooMuchInside: see there.
    """
    _ends_where_it_says(content)
    try:
        with pikepdf.open(
            io.BytesIO(content), attempt_recovery=False, suppress_warnings=True
        ) as document:
            return _judged(document, limits)
    except pikepdf.PasswordError as locked:
        raise Encrypted from locked
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, RecursionError) as fault:
        raise Damaged from fault


def _ends_where_it_says(content: bytes) -> None:
    last = content.rfind(b"%%EOF")
    if last < 0 or not AFTER_THE_END.match(content, last + len(b"%%EOF")):
        raise Damaged


def _judged(document: pikepdf.Pdf, limits: Limits) -> int:
    if document.is_encrypted:
        raise Encrypted
    pages = len(document.pages)
    if pages > limits.pages:
        raise TooManyPages
    if pages == 0:
        raise Damaged
    if len(document.objects) > limits.objects:
        raise TooMuchInside
    left = limits.unpacked
    for thing in (document.trailer, *document.objects):
        for part in _parts(thing):
            _does_nothing(part)
            if isinstance(part, pikepdf.Stream):
                left -= _unpacked(part, left)
    if document.get_warnings():
        raise Damaged
    return pages


def _parts(thing: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield the dictionaries and streams that stand in one object, without following references."""
    waiting = [(thing, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > DEEPEST:
            raise TooMuchInside
        if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            yield part
        waiting.extend((value, depth + 1) for value in _inside(part))


def _inside(part: pikepdf.Object) -> Iterator[pikepdf.Object]:
    values: Iterable[pikepdf.Object] = ()
    if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
        values = [value for _, value in part.items()]
    elif isinstance(part, pikepdf.Array):
        values = list(part)
    for value in values:
        if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect:
            yield value


def _does_nothing(part: pikepdf.Object) -> None:
    keys = frozenset(part.keys())
    if (
        keys & ACTING_KEYS
        or _word(part, "/S") in ACTIONS
        or _word(part, "/Subtype") in ACTING_KINDS
    ):
        raise ActiveContent
    if "/OpenAction" in keys and not _only_goes_to_a_page(part["/OpenAction"]):
        raise ActiveContent
    # A stream whose bytes lie in another file or at an address.
    if isinstance(part, pikepdf.Stream) and "/F" in keys:
        raise ActiveContent


def _word(part: pikepdf.Object, key: str) -> str:
    value = part.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _only_goes_to_a_page(action: pikepdf.Object) -> bool:
    if isinstance(action, pikepdf.Dictionary):
        return _word(action, "/S") == "/GoTo" and "/Next" not in action
    return isinstance(action, pikepdf.Array | pikepdf.Name | pikepdf.String)


def _unpacked(stream: pikepdf.Stream, left: int) -> int:
    """Return how many bytes a stream unpacks to, unpacking hardly more than are left.

    Raises:
        TooMuchInside: more than are left, or packed twice over.
        Damaged: what should unpack does not.
    """
    filters = _filters(stream)
    packing = [name for name in filters if name in ("/FlateDecode", "/LZWDecode", "/Fl", "/LZW")]
    if len(packing) > 1:
        raise TooMuchInside
    if packing and filters[0] != "/FlateDecode":  # older ways, bounded by the process's memory
        size = len(stream.read_bytes())
    elif packing:
        size = _inflated(stream.read_raw_bytes(), left)
    else:
        size = len(stream.read_raw_bytes())
    if size > left:
        raise TooMuchInside
    return size


def _inflated(packed: bytes, left: int) -> int:
    size = 0
    inflating = zlib.decompressobj()
    try:
        while packed and not inflating.eof and size <= left:
            size += len(inflating.decompress(packed, PIECE))
            packed = inflating.unconsumed_tail
    except zlib.error as fault:
        raise Damaged from fault
    return size


def _filters(stream: pikepdf.Stream) -> list[str]:
    said = stream.get("/Filter")
    if said is None:
        return []
    return [str(name) for name in said] if isinstance(said, pikepdf.Array) else [str(said)]
