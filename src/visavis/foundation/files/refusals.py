"""Why a file was not taken. Nothing of it is kept."""


class FileRefused(Exception):
    """The file was not taken."""


class Empty(FileRefused):
    """There is nothing in it."""


class TooLarge(FileRefused):
    """It has more bytes than are taken."""


class UnknownKind(FileRefused):
    """Its content is none of the kinds that are taken, whatever its name says."""


class ForeignPicture(FileRefused):
    """It is a picture in a format that few programs read (HEIC, AVIF): the phone can send JPEG."""


class Damaged(FileRefused):
    """It is not whole, or it contradicts its own format."""


class TooManyPixels(FileRefused):
    """The picture is too large once unpacked."""


class TooMuchInside(FileRefused):
    """The PDF unpacks to more than a reader should be asked to open."""


class ActiveContent(FileRefused):
    """The PDF does something by itself, holds another file or fetches one."""


class Encrypted(FileRefused):
    """The PDF is locked, with or without a password to open it."""


class TooManyPages(FileRefused):
    """The PDF has more pages than are taken."""


class TookTooLong(FileRefused):
    """Judging it took more time than one file may take."""


class TooBusy(FileRefused):
    """Other files were before it; the same file may be sent again in a moment."""


BY_NAME: dict[str, type[FileRefused]] = {
    refusal.__name__: refusal for refusal in FileRefused.__subclasses__()
}
