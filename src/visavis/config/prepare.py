"""What happens between the database's start and the first page: tables, pack, static files."""

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import yaml
from django.conf import settings
from django.core.management import call_command

from visavis.config import databases
from visavis.config.instance import Instance, secrets_of


def tables(instance: Instance) -> None:
    """Bring both databases to the newest tables, as their owner."""
    with databases.as_role("visavis_owner", secrets_of(instance.var)["visavis_owner"]):
        for alias in ("default", databases.KEYS):
            call_command("migrate", database=alias, verbosity=0, interactive=False)


def static_files() -> None:
    """Collect the static files when any changed since the last time."""
    mark = Path(settings.STATIC_ROOT) / ".collected"
    found = _fingerprint()
    if mark.exists() and mark.read_text() == found:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(found)


def translations() -> None:
    """Compile every catalogue of translations that is newer than its compiled form."""
    from babel.messages import mofile, pofile

    for path in Path(__file__).parents[1].rglob("locale/*/LC_MESSAGES/django.po"):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as source:
            catalogue = pofile.read_po(source)
        buffer = io.BytesIO()
        mofile.write_mo(buffer, catalogue)
        compiled.write_bytes(buffer.getvalue())


def _fingerprint() -> str:
    digest = hashlib.sha256()
    folders = [
        Path(__file__).parents[1] / "design" / "static",
        *(path for _, path in settings.STATICFILES_DIRS),
    ]
    folders += Path(__file__).parents[1].glob("doors/*/static")
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            status = path.stat()
            digest.update(f"{path} {status.st_mtime_ns} {status.st_size}\n".encode())
    return digest.hexdigest()


def pack_and_people(instance: Instance) -> None:
    """Load the canton's pack, and outside live the demonstration's people and devices."""
    quiet = io.StringIO()
    call_command("pack", "load", "--if-changed", verbosity=0, stdout=quiet)
    if instance.world != "live":
        call_command("demo", "load", verbosity=0, stdout=quiet)
        call_command("appointments", "demo", verbosity=0, stdout=quiet)
        _enrol_kiosk(instance, quiet)


def demonstration_kiosk(instance: Instance) -> str | None:
    """Return the code of the kiosk that `visavis up` plays, as the pack's overlay names it."""
    overlay = instance.pack / "demo" / "overlay.yaml"
    if instance.world == "live" or not overlay.exists():
        return None
    kiosk: str | None = yaml.safe_load(overlay.read_text()).get("kiosk")
    return kiosk


def kiosk_key(instance: Instance) -> Path:
    """Return where the demonstration kiosk keeps its private key."""
    return instance.var / "agent" / "device.pem"


def _enrol_kiosk(instance: Instance, quiet: io.StringIO) -> None:
    kiosk = demonstration_kiosk(instance)
    if kiosk is None:
        return
    shown = subprocess.run(
        [sys.executable, "-m", "visavis_agent", "public-key", "--key", kiosk_key(instance)],
        capture_output=True,
        text=True,
        check=True,
    )
    call_command("enrol_device", kiosk, shown.stdout.strip(), replace=True, stdout=quiet)
