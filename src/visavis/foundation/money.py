"""Swiss francs, always counted in whole centimes."""

import re


def chf(cents: int) -> str:
    """Return an amount as people write it in Switzerland.

    Args:
        cents: any whole number of centimes, also negative.

    >>> chf(123450)
    'CHF 1’234.50'
    >>> chf(-5)
    'CHF -0.05'
    """
    francs, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"CHF {sign}{francs:,}.{rest:02d}".replace(",", "’")


def francs(cents: int) -> str:
    """Return an amount as a QR-bill prints it: a blank between thousands, the currency apart.

    >>> francs(123450)
    '1 234.50'
    """
    return f"{cents // 100:,}.{cents % 100:02d}".replace(",", " ")


def round_to_five(cents: int) -> int:
    """Return the amount that can be paid in coins: the nearest multiple of five centimes.

    One and two centimes fall, three and four rise; there is no tie in whole centimes.

    Source:
        Swiss practice for cash payments, the smallest coin being five centimes.

    >>> [round_to_five(cents) for cents in (102, 103, 107, 108)]
    [100, 105, 105, 110]
    """
    return (cents + 2) // 5 * 5


def cents_of(typed: str) -> int | None:
    """Return the centimes of an amount as people type it, or None if it is none.

    >>> [cents_of(text) for text in ("150", "1’234.50", "12,5", "CHF 3.05", "1.234", "-5", "")]
    [15000, 123450, 1250, 305, None, None, None]
    """
    bare = typed.strip().removeprefix("CHF").strip()
    found = re.fullmatch(r"([0-9]{1,9}|[0-9]{1,3}(?:['’ ][0-9]{3})+)(?:[.,]([0-9]{1,2}))?", bare)
    if found is None:
        return None
    francs, rest = re.sub(r"\D", "", found[1]), found[2] or ""
    return int(francs) * 100 + int(f"{rest:0<2}")
