"""Where the typst file of a paper lies: the room brings some, a pack may bring its own."""

from pathlib import Path

from django.conf import settings

OWN = Path(__file__).parent / "typst"
BOOKLET = "booklet"  # chosen by itself, never by a definition


def template(name: str) -> Path:
    """Return the typst file of a template: `papers/<name>.typ` of the pack, or the room's."""
    packs = Path(settings.PACK) / "papers" / f"{name}.typ"
    return packs if packs.exists() else OWN / f"{name}.typ"


def template_names() -> set[str]:
    """Return the templates that a definition may name in every pack."""
    return {file.stem for file in OWN.glob("*.typ")} - {BOOKLET}
