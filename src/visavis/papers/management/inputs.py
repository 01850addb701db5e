"""What the commands of this room are given: files and moments."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError


def text_of(file: Path) -> str:
    """Return what a file holds, or end the command with a sentence."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise CommandError(f"{file} cannot be read: {fault}") from fault


def moment(text: str) -> datetime:
    """Return the moment that was typed; without a zone it is the time where the canton lies."""
    typed = datetime.fromisoformat(text)
    return typed if typed.tzinfo else typed.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
