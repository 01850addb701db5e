"""Writes the diagram of a case's states into the documentation."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from visavis.cases import rules

PAGE = """# States of a case

Generated from `visavis.cases.rules` by `visavis case_states`; a test compares.

```mermaid
{diagram}```
"""


def page() -> str:
    """Return the page as it must stand in `docs/reference/case-states.md`."""
    return PAGE.format(diagram=rules.diagram())


class Command(BaseCommand):
    help = "Write docs/reference/case-states.md from the table of states and steps."

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path("docs/reference/case-states.md")
        target.write_text(page())
        self.stdout.write(self.style.SUCCESS(f"wrote {target}"))
