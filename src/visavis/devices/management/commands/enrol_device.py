"""Tell the counter the public key of a device."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from visavis.devices import operations, queries
from visavis.foundation import database
from visavis.foundation.actor import Actor


class Command(BaseCommand):
    help = "Enrol a device of the pack: store the public half of the key that it made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("device", help="code of the device, as in the pack's sites.yaml")
        parser.add_argument("public_key", help="what `visavis-agent public-key` printed")
        parser.add_argument("--replace", action="store_true", help="forget the key it had before")

    def handle(
        self, *args: Any, device: str, public_key: str, replace: bool, **options: Any
    ) -> None:
        if replace and settings.WORLD == "live":
            raise CommandError(
                "In the live world a key is never replaced in passing: retire the device."
            )
        try:
            operations.enrol(
                device=queries.device(device),
                public_key=public_key,
                replace=replace,
                actor=Actor.system("enrol_device"),
                now=database.now(),
            )
        except queries.NoSuchDevice:
            known = ", ".join(queries.devices().values_list("code", flat=True)) or "none"
            raise CommandError(f"No device is called {device!r}. The pack has: {known}.") from None
        except operations.NotAKey:
            raise CommandError(
                "This is no Ed25519 public key in base64. `visavis-agent public-key` prints it."
            ) from None
        except operations.KeyTaken:
            raise CommandError(
                f"{device} has another key already, or another device has this one. "
                "Say --replace if it is right."
            ) from None
        self.stdout.write(f"{device} is enrolled")
