"""What can go wrong between us and the virus scanner. None of it says that a file is clean."""


class VirusScannerError(Exception):
    """The scanner gave no verdict: the file stays in quarantine and is asked about again."""


class NotConfigured(VirusScannerError):
    """This instance has no scanner."""


class Unreachable(VirusScannerError):
    """Nobody answers there, or not in time."""


class Garbled(VirusScannerError):
    """It answered something that is no verdict."""


class NotScanned(VirusScannerError):
    """It says itself that it could not scan this file."""


class TooLargeToScan(NotScanned):
    """The file is larger than the scanner takes (`StreamMaxLength`)."""
