"""The page a device shows by itself while the counter cannot be reached: complete in one file."""

from html import escape

AGAIN_AFTER_S = 5

SENTENCES = {
    "fr": (
        "Le guichet n’est pas joignable pour l’instant",
        "Nous réessayons tout seuls. Vous n’avez rien à faire. "
        "Si c’est urgent, adressez-vous au personnel sur place.",
    ),
    "de": (
        "Der Schalter ist im Moment nicht erreichbar",
        "Wir versuchen es von selbst wieder. Sie müssen nichts tun. "
        "Wenn es eilt, wenden Sie sich an das Personal vor Ort.",
    ),
    "it": (
        "Lo sportello al momento non è raggiungibile",
        "Riproviamo da soli. Lei non deve fare nulla. "
        "Se è urgente, si rivolga al personale sul posto.",
    ),
    "en": (
        "The counter cannot be reached at the moment",
        "We keep trying by ourselves. You need not do anything. "
        "If it is urgent, please ask the staff here.",
    ),
}
OUT_OF_SERVICE = {
    "fr": (
        "Cet appareil est hors service",
        "Adressez-vous au personnel sur place.",
    ),
    "de": (
        "Dieses Gerät ist ausser Betrieb",
        "Bitte wenden Sie sich an das Personal vor Ort.",
    ),
    "it": (
        "Questo apparecchio è fuori servizio",
        "Si rivolga al personale sul posto.",
    ),
    "en": (
        "This device is out of service",
        "Please ask the staff here.",
    ),
}

_STYLE = """
:root { color-scheme: light; font-family: "Atkinson Hyperlegible Next", Verdana, sans-serif }
body { margin: 0; min-block-size: 100vh; display: grid; align-content: center }
body { background: #fff; color: #1b1f24 }
main { max-inline-size: 62rem; margin-inline: auto; padding: 3rem; display: grid; gap: 2.5rem }
section { border-inline-start: .35rem solid #5b6570; padding-inline-start: 1.5rem }
h1, h2 { font-size: 2rem; line-height: 1.2; margin: 0 0 .4rem }
p { font-size: 1.5rem; line-height: 1.4; margin: 0; color: #3a424b }
footer { font-size: 1.1rem; color: #5b6570 }
"""


def page(sentences: dict[str, tuple[str, str]], *, device: str) -> bytes:
    """Return the page in four languages; it asks again by itself, without a script."""
    parts = []
    for number, (language, (title, text)) in enumerate(sentences.items()):
        heading = "h1" if number == 0 else "h2"
        parts.append(
            f'<section lang="{language}"><{heading}>{escape(title)}</{heading}>'
            f"<p>{escape(text)}</p></section>"
        )
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="refresh" content="{AGAIN_AFTER_S}">'
        f"<title>{escape(device)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(parts)}<footer>{escape(device)}</footer></main></body></html>"
    ).encode()
