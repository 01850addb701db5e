"""Pictures, decoded and drawn anew: what is kept was written by us, pixel by pixel.

Runs in the limited process only. Whatever else lay in the file (place and time of the photograph,
a second file behind the picture, a broken length) has no way into what is written.
"""

import io
import struct
import warnings
import zlib

from PIL import Image

from visavis.foundation.files.recognising import Format
from visavis.foundation.files.refusals import Damaged, TooManyPixels
from visavis.foundation.files.types import FileKind, Limits

PREVIEW_SIDE = 1_000
QUALITY = 88  # text on paper stays crisp
PREVIEW_QUALITY = 80

# What the decoders raise at files that contradict themselves.
FAULTS = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError,
    struct.error, zlib.error,
)  # fmt: skip
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def draw_anew(content: bytes, form: Format, *, limits: Limits) -> tuple[FileKind, bytes, bytes]:
    """Return the kind, the picture and its preview as we write them, upright and without anything else.

    Raises:
        TooManyPixels: before anything is unpacked.
        Damaged: it cannot be decoded to its end.
    """
    kind = FileKind.PNG if form is Format.PNG else FileKind.JPEG
    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about metadata, which is dropped
            picture = _decoded(content, form, limits)
            drawn = _written(picture, kind)
            if len(drawn) > limits.size:  # a photograph that somebody saved as PNG
                kind, drawn = FileKind.JPEG, _written(picture, FileKind.JPEG)
            picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
            return kind, drawn, _written(picture, FileKind.JPEG, PREVIEW_QUALITY)
    except Image.DecompressionBombError as bomb:
        raise TooManyPixels from bomb
    except FAULTS as fault:
        raise Damaged from fault


def _decoded(content: bytes, form: Format, limits: Limits) -> Image.Image:
    picture: Image.Image = Image.open(io.BytesIO(content), formats=[form.value])
    if picture.width * picture.height > limits.pixels:
        raise TooManyPixels
    if form is Format.JPEG:  # decodes at a half or a quarter, where that is still large enough
        picture.draft(None, (limits.side, limits.side))
    picture.load()
    turn = UPRIGHT.get(_orientation(picture))
    plain = _plain(picture)
    plain.thumbnail((limits.side, limits.side))
    bare = _on_white(plain)
    return bare if turn is None else bare.transpose(turn)


def _orientation(picture: Image.Image) -> int:
    try:
        said = picture.getexif().get(ORIENTATION, 1)
    except FAULTS:
        return 1
    return said if isinstance(said, int) else 1


def _plain(picture: Image.Image) -> Image.Image:
    """Return the picture in one of the three ways that are written: grey, colour, see-through."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the pixels alone, on white where one could see through: nothing else comes along."""
    if picture.mode == "RGBA":
        bare = Image.new("RGB", picture.size, "white")
        bare.paste(picture, mask=picture.getchannel("A"))
        return bare
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def _written(picture: Image.Image, kind: FileKind, quality: int = QUALITY) -> bytes:
    target = io.BytesIO()
    if kind is FileKind.PNG:
        picture.save(target, "PNG", compress_level=4)
    else:
        picture.save(target, "JPEG", quality=quality, optimize=False)
    return target.getvalue()
