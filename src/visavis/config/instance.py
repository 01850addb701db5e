"""What an instance is told by its environment, and the secrets it keeps for itself."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

World = Literal["live", "demonstration", "practice"]
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
    def paper_signer(self) -> str:
        return os.environ.get("VISAVIS_PAPER_SIGNER", "")

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
    if not port.isdigit() or not 1 <= int(port) <= 65533:
        raise Misconfigured(f"VISAVIS_PORT is {port!r}; it must be a number from 1 to 65533.")
    role = os.environ.get("VISAVIS_DATABASE_ROLE", "visavis_app")
    if role not in ROLES:
        raise Misconfigured(
            f"VISAVIS_DATABASE_ROLE is {role!r}; it must be one of {', '.join(ROLES)}."
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
        base_url=os.environ.get("VISAVIS_BASE_URL", f"http://{host}:{port}").rstrip("/"),
        database_url=os.environ.get("VISAVIS_DATABASE_URL", ""),
        role=role,
        debug=os.environ.get("VISAVIS_DEBUG", "") == "1",
    )


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
    the key of signed cookies, the secret shared with the payment provider's fake.

    They lie in `secrets.json`, readable by the owner only.
    """
    path = var / "secrets.json"
    names = (*ROLES, "postgres", "django", "payment_provider")
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
