"""What can go wrong between us and the register. No message holds anything about a person."""


class RegisterError(Exception):
    """The register gave no usable answer."""


class NotConfigured(RegisterError):
    """This instance has no register: an officer compares."""


class Unreachable(RegisterError):
    """No answer, or a broken one: ask again later."""


class Rejected(RegisterError):
    """The register understood and refused, most often because of the token."""


class DemonstrationOnly(RegisterError):
    """A fake answered in the live world. Nothing it says may be believed."""
