"""The one place where files come in. Everywhere else a request with a file is refused.

A file is held in memory, since it is judged and sealed there and never lies open on a disk. How large
a request may be was decided before, while it was awaited (`config/bodies.py`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

MOST_BYTES = 12_000_000  # all files of one request
MOST_FILES = 10

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class InMemory(FileUploadHandler):
    """Takes a few files of one request, as many bytes as we can hold."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.count = self.total = 0
        self.pieces: list[bytes] = []

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin with the next file.

        Raises:
            RequestDataTooBig: there are too many.
        """
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]  # as Django calls it
        self.count, self.pieces = self.count + 1, []
        if self.count > MOST_FILES:
            raise RequestDataTooBig("too many files")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Hold a piece.

        Raises:
            RequestDataTooBig: the files are too large together.
        """
        self.total += len(raw_data)
        if self.total > MOST_BYTES:
            raise RequestDataTooBig("too many bytes")
        self.pieces.append(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        """Hand over the file; its type is for `foundation.files` to find out."""
        return SimpleUploadedFile(self.file_name or "file", b"".join(self.pieces))


def takes_files(view: View[P]) -> View[P]:
    """Let a view take files, except in a visit: our own devices have no files and no camera.

    Whether the request is forged can be told only once its form is read, so it is looked at here.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def taking(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not getattr(request, "visit", None):
            request.upload_handlers = [InMemory(request)]
        answer: HttpResponse = protected(request, *args, **kwargs)
        return answer

    return taking
