"""Why something about a paper was refused. Doors hold the sentences."""

from django.core.exceptions import PermissionDenied


class PaperRefused(Exception):
    """Nothing was issued, revoked or handed out, and nothing was changed."""


class NothingToIssue(PaperRefused):
    """The case is not granted, or its service leads to no paper."""


class NoSuchPaper(PaperRefused):
    """No paper, or somebody else's: the two must not be told apart."""


class AlreadyRevoked(PaperRefused):
    """The paper was taken back before."""


class Erased(PaperRefused):
    """The key of the case was destroyed, and with it whatever named a person."""


class NotYourOffice(PermissionDenied):
    """Only officers of the office that issued the paper may take it back."""
