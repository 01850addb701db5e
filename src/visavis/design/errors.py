"""Pages for what went wrong: each says what happened in a sentence and shows a way out."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: this page is not for this person."""
    return render(request, "design/error.html", {"kind": "forbidden"}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: there is no such page."""
    return render(request, "design/error.html", {"kind": "not_found"}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500: our fault, and nothing of the frame may be relied on."""
    return HttpResponse(render_to_string("design/broken.html"), status=500)


def too_many(request: HttpRequest, retry_at: datetime | None = None) -> HttpResponse:
    """Answer 429 and say from when on it works again."""
    page = {"kind": "too_many", "retry_at": retry_at}
    return render(request, "design/error.html", page, status=429)
