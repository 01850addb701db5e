"""The keys that sign papers: an interface for a provider's vault, and a file for demonstrations."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.utils.module_loading import import_string

from visavis.papers import cose, key_files, trust
from visavis.papers.trust import TrustedKey

LIVE = "live"
TRUST_LIST = "trust.json"


class NoSigner(Exception):
    """Nothing here may sign papers; the message says what to set."""


@dataclass(frozen=True, slots=True)
class SoftwareSigner:
    """A private key in the memory of this process: good enough to show, not to rely on."""

    private: Ed25519PrivateKey

    @property
    def algorithm(self) -> cose.Algorithm:
        return cose.Algorithm.EDDSA

    @property
    def key_id(self) -> bytes:
        return trust.key_id_of(self.private.public_key())

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


class KeyFolder:
    """Private keys as files that only their owner can read, and the trust list of all ever made."""

    def __init__(self, folder: Path, *, issuer: str, is_specimen: bool) -> None:
        self.folder = folder
        self.issuer = issuer
        self.is_specimen = is_specimen

    def signer(self, now: datetime) -> SoftwareSigner:
        """Return the newest key, made now if there is none."""
        with key_files.alone(self.folder):
            known = self._known()
            in_use = [key for key in known if key.used_until is None]
            current = in_use[-1] if in_use else self._made(known, now)
        pem = (self.folder / f"{current.key_id.hex()}.pem").read_bytes()
        private = load_pem_private_key(pem, password=None)
        assert isinstance(private, Ed25519PrivateKey)
        return SoftwareSigner(private)

    def trusted(self) -> tuple[TrustedKey, ...]:
        """Return all keys, the oldest first, none if none was needed yet."""
        file = self.folder / TRUST_LIST
        return trust.read_trust_list(file.read_text(encoding="utf-8")) if file.exists() else ()

    def rotate(self, now: datetime) -> TrustedKey:
        """Make a new key and sign with it from now on; papers signed before stay valid."""
        with key_files.alone(self.folder):
            return self._made(self._known(), now)

    def _known(self) -> list[TrustedKey]:
        return sorted(self.trusted(), key=lambda key: key.used_from)

    def _made(self, before: list[TrustedKey], now: datetime) -> TrustedKey:
        now = now.replace(microsecond=0)  # claims are in whole seconds
        private = Ed25519PrivateKey.generate()
        made = TrustedKey(
            issuer=self.issuer,
            algorithm=cose.Algorithm.EDDSA,
            public=private.public_key(),
            used_from=now,
            is_specimen=self.is_specimen,
        )
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        key_files.write(self.folder / f"{made.key_id.hex()}.pem", pem, mode=0o600)
        retired = [key if key.used_until else replace(key, used_until=now) for key in before]
        key_files.write(
            self.folder / TRUST_LIST, trust.trust_list([*retired, made]).encode(), mode=0o644
        )
        return made


def key_folder() -> KeyFolder:
    """Return where this instance keeps the keys of its papers."""
    return KeyFolder(
        Path(settings.VAR) / "keys" / "papers",
        issuer=settings.CANTON,
        is_specimen=settings.WORLD != LIVE,
    )


def signer(now: datetime) -> cose.Signer:
    """Return what signs papers in this instance's world.

    Raises:
        NoSigner: a live world without a provider's vault.
    """
    if provider := settings.PAPER_SIGNER:
        made: cose.Signer = import_string(provider)()
        return made
    if settings.WORLD == LIVE:
        raise NoSigner(
            "In the live world a key in a file may not sign papers: set VISAVIS_PAPER_SIGNER to the"
            " dotted path of a class that signs by your provider's vault."
        )
    return key_folder().signer(now)
