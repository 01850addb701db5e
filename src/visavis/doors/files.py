"""How a file that a citizen sent leaves us: saved, never run, never guessed at."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from visavis.cases.attachments import Opened

NOTHING = "default-src 'none'; sandbox; frame-ancestors 'none'"


def handed_over(file: Opened) -> HttpResponse:
    """Return a file to be saved under its name, as what it was found to be."""
    stem = file.name.rpartition(".")[0] or file.name
    name = f"{stem}{file.kind.suffix}"
    return _closed(HttpResponse(file.content, content_type=file.kind.media_type), name)


def picture(content: bytes) -> HttpResponse:
    """Return a preview, a JPEG that we have drawn ourselves."""
    return _closed(HttpResponse(content, content_type="image/jpeg"), "")


def _closed(answer: HttpResponse, name: str) -> HttpResponse:
    if name:
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Content-Security-Policy"] = NOTHING
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "no-store, private"
    return answer
