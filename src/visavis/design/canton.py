"""What the frame shows of the canton, as plain values that the doors' middleware fills in."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CantonFacts:
    """The name, brand and help line of the one canton that this instance serves.

    Args:
        code: short code, for example of the pack's folder.
        name: the canton's name in each language.
        counter_name: what the canton calls its online counter, in each language.
        hotline: telephone number as it is written, or "".
        hotline_hours: when somebody answers, in each language.
        brand_css: address of the file of CSS custom properties, or "".
        logo_svg: address of the emblem, or "" for the neutral one.
        attract_svg: address of the attract screen's picture, or "" for the neutral one.
        languages: language codes in the canton's order.
    """

    code: str = ""
    name: Mapping[str, str] = field(default_factory=dict)
    counter_name: Mapping[str, str] = field(default_factory=dict)
    hotline: str = ""
    hotline_hours: Mapping[str, str] = field(default_factory=dict)
    brand_css: str = ""
    logo_svg: str = ""
    attract_svg: str = ""
    languages: tuple[str, ...] = ()


NEUTRAL = CantonFacts(
    counter_name={
        "fr": "Guichet en ligne",
        "de": "Online-Schalter",
        "it": "Sportello online",
        "en": "Online counter",
    },
)
