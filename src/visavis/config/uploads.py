"""Files that nobody asked for: no page takes one, so none may fill the disk."""

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class NoFiles(FileUploadHandler):
    """Refuses a request at its first file, before a byte of it is written anywhere."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Refuse.

        Raises:
            RequestDataTooBig: always; it is answered as a bad request.
        """
        raise RequestDataTooBig("no page takes files")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep nothing; never reached."""

    def file_complete(self, file_size: int) -> None:
        """Have no file; never reached."""
