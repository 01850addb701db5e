"""What people read when a page cannot be shown."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "design/error.html", {"kind": "bad_request"}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "design/error.html", {"kind": "forbidden"}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "design/error.html", {"kind": "not_found"}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    # The frame asks session and visit, which may be what is broken.
    return HttpResponse(render_to_string("design/broken.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open for too long, or its cookie is gone: say so, and how to go on."""
    return render(request, "design/error.html", {"kind": "page_too_old"}, status=403)
