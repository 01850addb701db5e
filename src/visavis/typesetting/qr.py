"""QR codes as drawings that stay sharp at any size."""

import io

import segno

QUIET_ZONE_MODULES = 4  # ISO/IEC 18004 asks for four; readers at a river bank need them


def svg(
    text: str,
    *,
    quiet_zone: int = QUIET_ZONE_MODULES,
    error: str = "q",
    encoding: str | None = None,
) -> str:
    """Return a QR code as an SVG picture without width and height, black on white.

    Args:
        text: what the code says, at most about 1,600 characters at level Q.
        quiet_zone: white modules around it.
        error: "l", "m", "q" or "h": how much of it may be dirty and still be read (7 to 30 %).
        encoding: of the text, where a standard names one; else the shortest that holds it.

    The caller says what the picture is for in words beside it or in its alternative text.
    """
    drawing = io.BytesIO()
    code = segno.make(text, error=error, boost_error=False, micro=False, encoding=encoding)
    code.save(drawing, kind="svg", border=quiet_zone, xmldecl=False, omitsize=True, light="#fff")
    return drawing.getvalue().decode()
