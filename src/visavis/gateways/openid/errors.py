"""What can go wrong between us and an identity provider: one name a reason."""


class OpenIdError(Exception):
    """Nobody was identified."""


class NotConfigured(OpenIdError):
    """This instance has no client id or no secret at this provider."""


class Unreachable(OpenIdError):
    """No answer, or none that can be read."""


class DemonstrationOnly(OpenIdError):
    """A fake answered in the live world. Nothing it says may be believed."""


class NotEncrypted(OpenIdError):
    """An address without TLS in the live world."""


class OtherProvider(OpenIdError):
    """The issuer of the description, or of the answer, is not the one that was asked (RFC 9207)."""


class CodeRefused(OpenIdError):
    """The provider does not take the code: used, too old, another client's, another verifier's."""


class ProviderRefused(OpenIdError):
    """The provider understood and refused; the message is its error code."""


class TokenRefused(OpenIdError):
    """A token is not believed."""


class NotAToken(TokenRefused):
    """It has not the shape of a signed token, or claims of the wrong type."""


class WrongAlgorithm(TokenRefused):
    """Signed in a way that we do not take: not at all, with a shared secret, or unknown."""


class UnknownKey(TokenRefused):
    """Signed with a key that the provider does not publish."""


class WrongSignature(TokenRefused):
    """The signature does not belong to what was signed."""


class WrongIssuer(TokenRefused):
    """Issued by somebody else."""


class WrongAudience(TokenRefused):
    """Issued for somebody else."""


class Expired(TokenRefused):
    """Too old."""


class NotYetValid(TokenRefused):
    """From the future: one of the two clocks is wrong."""


class WrongNonce(TokenRefused):
    """Answers another request than ours."""


class WrongAccessToken(TokenRefused):
    """The access token beside it is not the one it was issued with."""


class NotFresh(TokenRefused):
    """The person was not asked for their login now, but some time ago."""


class OtherPerson(TokenRefused):
    """What is said about the person is about another one than the token names."""
