"""One file of a form, kept in memory while its request lasts and never written to a disk."""

import io
from collections.abc import Callable
from functools import wraps

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from visavis.foundation.files.types import STANDARD

View = Callable[..., HttpResponse]
TOO_LARGE = "file_too_large"  # on the request, once it is known


class OneInMemory(FileUploadHandler):
    """Takes one file up to the limit; of a larger one it reads the rest and keeps nothing."""

    kept: io.BytesIO
    count = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin the file.

        Raises:
            RequestDataTooBig: it is the second one.
        """
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it came
        self.count += 1
        if self.count > 1:
            raise RequestDataTooBig("one file at a time")
        self.kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, unless there is too much already."""
        if start + len(raw_data) > STANDARD.size:
            setattr(self.request, TOO_LARGE, True)
            raise StopUpload(connection_reset=False)
        self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand the file over."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name or "file", None, file_size, None
        )


def takes_one_file(view: View) -> View:
    """Let a view take one file; every other view refuses all.

    The token against forged requests stands in the form, so that it can be compared only once the
    handler is set: the check is made here, not by the middleware.
    """
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def with_handler(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        request.upload_handlers = [OneInMemory(request)]
        return checked(request, *args, **kwargs)

    return with_handler
