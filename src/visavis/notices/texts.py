"""Texts of notices: the pack's first, else those beside the room."""

import re
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from visavis.foundation.text import LANGUAGES
from visavis.notices.rules import Channel

ROOMS = Path(__file__).parents[1]
PLACEHOLDER = re.compile(r"\{(\w+)\}")


class UnknownTemplate(Exception):
    """There is no text of this code."""


def compose(
    template: str, *, channel: Channel, language: str, values: Mapping[str, str]
) -> tuple[str, str]:
    """Return title and body of a notice in a language.

    The first line of the text, behind `# `, is the title. `{name}` stands for a value; values are
    put in as they are, never read as text to fill in again.

    Raises:
        UnknownTemplate: neither the pack nor a room has it.
        KeyError: a text names a value that was not given.
    """
    text = _find(template, channel=channel, language=language)
    filled = PLACEHOLDER.sub(lambda found: values[found[1]], text)
    first, _, rest = filled.partition("\n")
    if first.startswith("# "):
        return first.removeprefix("# ").strip(), rest.strip()
    return "", filled.strip()


def _find(template: str, *, channel: Channel, language: str) -> str:
    for folder in (
        Path(settings.PACK) / "texts" / "notices",
        *sorted(ROOMS.glob("*/texts/notices")),
    ):
        for spoken in (language, *LANGUAGES):
            for name in (f"{template}.{channel}.{spoken}.md", f"{template}.{spoken}.md"):
                if (folder / name).exists():
                    return (folder / name).read_text()
    raise UnknownTemplate(template)
