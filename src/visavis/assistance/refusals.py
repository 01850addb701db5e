"""What is expected to go wrong when an identity is checked; the doors hold the sentences."""


class CheckRefused(Exception):
    """Nothing was changed."""


class NoSuchCheck(CheckRefused):
    """No check of this code waits here: wrong, expired, done, not agreed to, elsewhere. Never said which."""


class NotAChecker(CheckRefused):
    """The actor may not compare documents at this site."""


class NotInVisit(CheckRefused):
    """Consent is given at a device of the branch, in a visit that lives."""


class SamePerson(CheckRefused):
    """The second pair of eyes are the first one's, or the document is the checker's own."""
