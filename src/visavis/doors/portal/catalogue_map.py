"""Where sites lie, as a schematic drawing: only their positions to each other are true. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

WIDTH = 640.0
MARGIN = 64.0
TALLEST, FLATTEST = 1.1, 0.45  # height to width
NEAR = 26.0  # labels closer than this are moved apart
BESIDE = 18.0  # from a dot to its label


@dataclass(frozen=True, slots=True)
class Place:
    """A point on earth with its name."""

    code: str
    name: str
    latitude: float
    longitude: float
    kind: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the drawing."""

    code: str
    name: str
    kind: str
    x: float
    y: float
    label_x: float
    label_y: float
    is_label_left: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    dots: Sequence[Dot]
    land: str  # the path of a soft shape around all dots
    scale_width: float  # of the bar that is `scale_km` long
    scale_km: int
    scale_y: float


def draw(places: Sequence[Place]) -> Drawing | None:
    """Return a drawing of the places, north above, or None when there is nothing to compare."""
    if len(places) < 2:
        return None
    south, north = _span([place.latitude for place in places])
    west, east = _span([place.longitude for place in places])
    shrink = cos(radians((south + north) / 2))  # a degree of longitude is that much shorter
    inner = WIDTH - 2 * MARGIN
    width_degrees = (east - west) * shrink
    height = min(max(inner * (north - south) / width_degrees, WIDTH * FLATTEST), WIDTH * TALLEST)
    per_degree = min(inner / width_degrees, height / (north - south))
    left = (WIDTH - width_degrees * per_degree) / 2
    top = MARGIN + (height - (north - south) * per_degree) / 2
    points = [
        (
            place,
            left + (place.longitude - west) * shrink * per_degree,
            top + (north - place.latitude) * per_degree,
        )
        for place in places
    ]
    km = next((km for km in (20, 10, 5, 2) if km / 111.2 * per_degree < inner / 3), 1)
    bottom = round(height + 2 * MARGIN)
    return Drawing(
        width=WIDTH,
        height=bottom,
        dots=_labelled(points),
        land=_around([(x, y) for _, x, y in points]),
        scale_width=km / 111.2 * per_degree,
        scale_km=km,
        scale_y=bottom - 16,
    )


def _around(points: Sequence[tuple[float, float]]) -> str:
    """Return the path of the convex hull; a thick round stroke makes it soft (Andrew's chain)."""
    ordered = sorted(set(points))
    halves: list[list[tuple[float, float]]] = []
    for row in (ordered, ordered[::-1]):
        half: list[tuple[float, float]] = []
        for point in row:
            while len(half) > 1 and _turn(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        halves.append(half[:-1])
    corners = " L".join(f"{x:.1f} {y:.1f}" for half in halves for x, y in half)
    return f"M{corners}Z"


def _turn(
    first: tuple[float, float], second: tuple[float, float], third: tuple[float, float]
) -> float:
    return (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (
        third[0] - first[0]
    )


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high - low > 0.01 else (low - 0.02, high + 0.02)


def _labelled(points: Sequence[tuple[Place, float, float]]) -> list[Dot]:
    dots: list[Dot] = []
    for place, x, y in sorted(points, key=lambda point: point[2]):
        is_left = x > WIDTH / 2
        label_y = y
        beside = [
            dot.label_y for dot in dots if dot.is_label_left == is_left and abs(dot.x - x) < 200
        ]
        for taken in sorted(beside):
            if abs(taken - label_y) < NEAR:
                label_y = taken + NEAR
        dots.append(
            Dot(
                code=place.code,
                name=place.name,
                kind=place.kind,
                x=round(x, 1),
                y=round(y, 1),
                label_x=round(x - BESIDE if is_left else x + BESIDE, 1),
                label_y=round(label_y, 1),
                is_label_left=is_left,
            )
        )
    return dots
