"""Files as citizens send them, honest and otherwise, made on the spot."""

import io
import zlib

import pikepdf
from PIL import Image


def picture(
    form: str = "JPEG", size: tuple[int, int] = (120, 80), mode: str = "RGB", **how: object
) -> bytes:
    """Return a picture whose left half is red and whose right half is blue (or dark, light)."""
    drawn = Image.new("RGB", size, "blue")
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    target = io.BytesIO()
    drawn.convert(mode).save(target, form, **how)
    return target.getvalue()


def document(pages: int = 1) -> pikepdf.Pdf:
    """Return a document of empty pages, to be changed and then `written`."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
    return made


def written(made: pikepdf.Pdf, **how: object) -> bytes:
    target = io.BytesIO()
    made.save(target, **how)
    return target.getvalue()


def pdf(pages: int = 1) -> bytes:
    return written(document(pages))


def raw_pdf(*objects: bytes, root: int = 1) -> bytes:
    """Return a PDF of these numbered objects with a true table of where they lie."""
    body = b"%PDF-1.7\n"
    places = []
    for number, described in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, described)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, root, len(body))
    )


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"


def zeros(size: int) -> bytes:
    """Return that many zeros, packed."""
    packing = zlib.compressobj(9)
    piece = bytes(1 << 20)
    packed = b"".join(packing.compress(piece) for _ in range(size >> 20))
    return packed + packing.flush()
