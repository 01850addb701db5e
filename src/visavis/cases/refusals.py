"""Why something about a case was not done. Nothing was changed, unless said."""

from datetime import datetime

from django.core.exceptions import PermissionDenied


class NotYours(PermissionDenied):
    """The actor may not do this with this case. It answers 403."""


class CaseRefused(Exception):
    """Nothing was changed."""


class NotOpen(CaseRefused):
    """The case is no longer, or not yet, in a state in which this can be done."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Stale(CaseRefused):
    """Another browser has changed these answers since the page was shown."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


class NotComplete(CaseRefused):
    """Something is missing or wrong; `step` is the first page on which."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


class NotEligible(CaseRefused):
    """The answers lead to a legitimate end, named by its code."""

    def __init__(self, ending: str) -> None:
        super().__init__(ending)
        self.ending = ending


class NotRegistered(CaseRefused):
    """An account is needed before submitting."""


class IdentityTooWeak(CaseRefused):
    """The service needs an identity that is better proven; `level` says how well."""

    def __init__(self, level: int) -> None:
        super().__init__(str(level))
        self.level = level


class NoForm(CaseRefused):
    """The service cannot be asked for here."""


class WeakNumber(CaseRefused):
    """The chosen number is not four digits."""


class TakeUpRefused(CaseRefused):
    """The draft was not handed out."""


class WrongFacts(TakeUpRefused):
    """Code and second fact do not belong together, or there is no such draft. Never says which."""


class OnlyInABranch(TakeUpRefused):
    """Tried too often; somebody in a branch must open it."""


class BelongsToAnAccount(TakeUpRefused):
    """The draft is in an account; sign in to it."""


class NothingMarked(CaseRefused):
    """A correction needs at least one field of the form, and a message."""


class NoReason(CaseRefused):
    """A refusal needs its reason in words."""


class NoWords(CaseRefused):
    """A message needs words."""


class TooLong(CaseRefused):
    """A message has at most `limit` characters."""

    def __init__(self, limit: int) -> None:
        super().__init__(str(limit))
        self.limit = limit


class Unanswered(CaseRefused):
    """There are so many messages without an answer that another one would help nobody."""


class TakenByAnother(CaseRefused):
    """Another officer works on it since `at`."""

    def __init__(self, at: datetime | None) -> None:
        super().__init__("taken")
        self.at = at


class AlreadyPaid(CaseRefused):
    """It is paid; giving up is now a matter for the office."""


class AttachingRefused(CaseRefused):
    """The file was not taken."""


class NotAsked(AttachingRefused):
    """No such file is asked for, or not any more, or the office has not asked for another."""


class WrongKind(AttachingRefused):
    """It is a picture where a PDF is wanted, or the other way round."""


class FileTooLarge(AttachingRefused):
    """It has more bytes than the question takes; `limit` says how many megabytes that is."""

    def __init__(self, limit: int) -> None:
        super().__init__(str(limit))
        self.limit = limit


class TooManyFiles(AttachingRefused):
    """The question has as many files as it takes: `limit`."""

    def __init__(self, limit: int) -> None:
        super().__init__(str(limit))
        self.limit = limit


class CaseFull(AttachingRefused):
    """The files of this case are as many, or as large together, as one case may hold."""


class NoSuchFile(LookupError):
    """There is no such file, or the actor may not know of it."""


class NotYetScanned(CaseRefused):
    """The virus scanner has not judged the file yet, so nobody but its sender sees it."""


class Quarantined(CaseRefused):
    """The virus scanner found something harmful in the file: it is handed to nobody."""
