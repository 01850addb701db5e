"""What an instance is told by its environment, and the secrets it keeps for itself."""

import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from visavis.gateways.virus_scanner.client import is_address

World = Literal["live", "demonstration", "practice"]
OPENID_CLIENT = re.compile(r"VISAVIS_IDENTITY_([A-Z][A-Z0-9_]*)_CLIENT")
SAFERPAY = "saferpay"
SAFERPAY_FIELDS = ("customer", "terminal", "user", "password")
ROLES = ("visavis_owner", "visavis_app", "visavis_sealer")


class Misconfigured(Exception):
    """The environment says something that cannot be; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One canton's counter on this machine, as its environment describes it."""

    world: World
    canton: str
    packs: Path
    var: Path
    host: str
    port: int
    base_url: str
    database_url: str
    role: str
    debug: bool
    virus_scanner: str = ""  # `host:port` or `unix:/path` of ClamAV's daemon

    @property
    def pack(self) -> Path:
        return self.packs / self.canton

    @property
    def provider_port(self) -> int:
        return self.port + 1

    @property
    def agent_port(self) -> int:
        return self.port + 2

    @property
    def openid_port(self) -> int:
        return self.port + 4

    @property
    def openid_fake_url(self) -> str:
        """Return the address of the invented identity providers; none in the live world."""
        return "" if self.world == "live" else f"http://{self.host}:{self.openid_port}"

    @property
    def openid_clients(self) -> dict[str, tuple[str, str]]:
        """Return our id and secret at each identity provider, by the code of the pack."""
        found: dict[str, tuple[str, str]] = {}
        for name, client_id in os.environ.items():
            match = OPENID_CLIENT.fullmatch(name)
            if match:
                secret = os.environ.get(f"VISAVIS_IDENTITY_{match[1]}_SECRET", "")
                found[match[1].lower().replace("_", "-")] = (client_id, secret)
        return found

    @property
    def payment_provider(self) -> dict[str, str]:
        """What the payment provider's gateway is told, its secret apart."""
        name = os.environ.get("VISAVIS_PAYMENT_PROVIDER", "")
        login = {
            field: os.environ.get(f"VISAVIS_SAFERPAY_{field.upper()}", "")
            for field in SAFERPAY_FIELDS
        }
        return {"name": name, "url": self.provider_url, **(login if name == SAFERPAY else {})}

    @property
    def provider_origin(self) -> str:
        """The address of the hosted page, to which forms of ours lead on."""
        parts = urlsplit(self.provider_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else self.provider_url

    @property
    def provider_url(self) -> str:
        if os.environ.get("VISAVIS_PAYMENT_PROVIDER") == SAFERPAY:
            return os.environ.get("VISAVIS_SAFERPAY_URL", "https://www.saferpay.com/api")
        fake = "" if self.world == "live" else f"http://{self.host}:{self.provider_port}"
        return os.environ.get("VISAVIS_PAYMENT_URL", fake)

    @property
    def register_port(self) -> int:
        return self.port + 3

    @property
    def register_url(self) -> str:
        """The laboratories' register; outside live always the fake, whatever is set."""
        if self.world == "live":
            return os.environ.get("VISAVIS_LABORATORY_REGISTER_URL", "")
        return f"http://{self.host}:{self.register_port}"

    @property
    def register_token(self) -> str:
        if self.world == "live":
            return os.environ.get("VISAVIS_LABORATORY_REGISTER_TOKEN", "")
        return secrets_of(self.var)["laboratory_register"]

    @property
    def paper_signer(self) -> str:
        return os.environ.get("VISAVIS_PAPER_SIGNER", "")

    @property
    def pdf_signer(self) -> str:
        return os.environ.get("VISAVIS_PDF_SIGNER", "")

    @property
    def pdf_key(self) -> tuple[str, str]:
        """Return the file of a provider's key for PDFs, and its passphrase."""
        return os.environ.get("VISAVIS_PDF_KEY", ""), os.environ.get("VISAVIS_PDF_PASSPHRASE", "")

    @property
    def agent_url(self) -> str:
        return f"http://{self.host}:{self.agent_port}"


def from_environment() -> Instance:
    """Return the instance that the VISAVIS_… variables describe, with defaults for a first look.

    Raises:
        Misconfigured: with the variable, what is wrong and what it may be.
    """
    world = os.environ.get("VISAVIS_WORLD", "demonstration")
    if world not in get_args(World):
        raise Misconfigured(
            f"VISAVIS_WORLD is {world!r}; it must be one of {', '.join(get_args(World))}."
        )
    port = os.environ.get("VISAVIS_PORT", "8000")
    if not port.isdigit() or not 1 <= int(port) <= 65531:
        raise Misconfigured(f"VISAVIS_PORT is {port!r}; it must be a number from 1 to 65531.")
    role = os.environ.get("VISAVIS_DATABASE_ROLE", "visavis_app")
    if role not in ROLES:
        raise Misconfigured(
            f"VISAVIS_DATABASE_ROLE is {role!r}; it must be one of {', '.join(ROLES)}."
        )
    scanner = os.environ.get("VISAVIS_VIRUS_SCANNER", "")
    if scanner and not is_address(scanner):
        raise Misconfigured(
            f"VISAVIS_VIRUS_SCANNER is {scanner!r}; it must be host:port or unix:/path."
        )
    _refuse_a_provider_that_cannot_be(world)
    host = os.environ.get("VISAVIS_HOST", "127.0.0.1")
    here = Path(__file__).resolve().parents[3]
    return Instance(
        world=world,  # type: ignore[arg-type]  # checked above
        canton=os.environ.get("VISAVIS_CANTON", "jura"),
        packs=Path(os.environ.get("VISAVIS_PACKS", here / "cantons")).resolve(),
        var=Path(os.environ.get("VISAVIS_VAR", here / "var")).resolve(),
        host=host,
        port=int(port),
        base_url=os.environ.get("VISAVIS_BASE_URL", f"http://{_name_of(host)}:{port}").rstrip("/"),
        database_url=os.environ.get("VISAVIS_DATABASE_URL", ""),
        role=role,
        debug=os.environ.get("VISAVIS_DEBUG", "") == "1",
        virus_scanner=scanner,
    )


def _name_of(host: str) -> str:
    """Return how people type the address listened to; passkeys are bound to a name, never a number."""
    return "localhost" if host in ("127.0.0.1", "::1") else host


def _refuse_a_provider_that_cannot_be(world: str) -> None:
    name = os.environ.get("VISAVIS_PAYMENT_PROVIDER", "")
    if name not in ("", SAFERPAY):
        raise Misconfigured(
            f"VISAVIS_PAYMENT_PROVIDER is {name!r}; it must be {SAFERPAY}, or not set."
        )
    if not name:
        return
    if world != "live":
        raise Misconfigured(
            f"VISAVIS_PAYMENT_PROVIDER is {name}, but VISAVIS_WORLD is {world}: outside the live "
            "world only the fake provider may be asked for money. Take the setting away."
        )
    missing = [
        f"VISAVIS_SAFERPAY_{field.upper()}"
        for field in SAFERPAY_FIELDS
        if not os.environ.get(f"VISAVIS_SAFERPAY_{field.upper()}")
    ]
    if missing:
        raise Misconfigured(f"Saferpay needs {', '.join(missing)}.")


def secrets_of(var: Path) -> dict[str, str]:
    """Return the instance's secrets, made at the first call: passwords of the database's roles,
    the key of signed cookies, the secrets shared with the fakes of outside partners.

    They lie in `secrets.json`, readable by the owner only.
    """
    path = var / "secrets.json"
    names = (*ROLES, "postgres", "django", "payment_provider", "openid", "laboratory_register")
    if path.exists():
        known: dict[str, str] = json.loads(path.read_text())
    else:
        known = {}
    missing = [name for name in names if name not in known]
    if missing:
        known.update({name: secrets.token_urlsafe(32) for name in missing})
        write_private(path, json.dumps(known, indent=2))
    return known


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
