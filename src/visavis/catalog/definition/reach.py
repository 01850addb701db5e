"""Faults that show only when a definition is walked through: what is never reached, or breaks."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from visavis.catalog.definition import fees
from visavis.catalog.definition.expressions import BrokenExpression
from visavis.catalog.definition.fault import Fault, Gives, Path, Place, places
from visavis.catalog.definition.fields import Answer
from visavis.catalog.definition.form import Form
from visavis.catalog.definition.reading import Reading
from visavis.catalog.definition.sampling import crossing, variations

MOST_CROSSINGS = 1000
SEEN_ENOUGH = 60
SEED = 20260301  # a definition is judged the same every time
NEVER = {
    "show_if": ("is never shown", "Look whether the condition can ever hold, or remove it."),
    "offered_if": ("is never offered", "Look whether the condition can ever hold, or remove it."),
    "when": ("never happens", "Look whether the condition can ever hold, or remove it."),
    "waived_if": ("is never waived", "Look whether the condition can ever hold, or remove it."),
}


class Walk:
    """What was seen on the way through all samples."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.places = list(places(form))
        self.held: set[Path] = set()
        self.known: Counter[Path] = Counter()
        self.rows: set[tuple[int, int]] = set()
        self.faults: dict[Path, Fault] = {}

    def note(self, path: Path, what: str, mend: str) -> None:
        self.faults.setdefault(path, Fault(path, what, mend))

    def through(self, reading: Reading) -> None:
        """Work out every expression, and the price where the answers are complete."""
        for place in self.places:
            if self._is_settled(place):
                continue
            try:
                self._see(place, reading.worked_out(place.source))
            except BrokenExpression as broken:
                self._broken(broken)
        try:
            self._price(reading)
        except BrokenExpression as broken:
            self._broken(broken)

    def _is_settled(self, place: Place) -> bool:
        """Tell whether looking at an expression once more would teach nothing."""
        has_held = place.path in self.held or place.path[-1] not in NEVER
        return has_held and self.known[place.path] >= SEEN_ENOUGH

    def _see(self, place: Place, value: object) -> None:
        if value is not None:
            self.known[place.path] += 1
        if value is True:
            self.held.add(place.path)
        wrong = value is not None and (
            (place.gives == Gives.YES_OR_NO and not isinstance(value, bool))
            or (place.gives == Gives.DAY and not isinstance(value, datetime))
        )
        if wrong:
            what = f"gives {type(value).__name__} where it must give {place.gives}: {place.source}"
            self.note(place.path, what, "Compare with something, or use a function for days.")

    def _broken(self, broken: BrokenExpression) -> None:
        for place in self.places:
            if place.source == broken.source:
                mend = "Compare only values of one kind: text with text, number with number."
                self.note(place.path, f"cannot be worked out: {broken}", mend)

    def _price(self, reading: Reading) -> None:
        if self.form.fees is None or not reading.is_complete():
            return
        for nth, line in enumerate(self.form.fees.lines):
            if not line.rows or not reading.holds(line.when):
                continue
            fitting = [n for n, row in enumerate(line.rows) if fees.fits(row, reading)]
            self.rows.update((nth, row) for row in fitting)
            if len(fitting) != 1:
                names = sorted({name for row in line.rows for name in row.when})
                asked = ", ".join(f"{name} = {reading.value(name)}" for name in names)
                what = f"{len(fitting) or 'no'} rows give a price for {asked}"
                mend = "Write exactly one row for each combination that can be ordered."
                self.note(("fees", "lines", nth, "rows"), what, mend)

    def unreached(self) -> list[Place]:
        """Return the conditions that never held and should have."""
        return [
            place
            for place in self.places
            if place.path[-1] in NEVER
            and place.path not in self.held
            and place.path not in self.faults
        ]

    def unpriced(self) -> list[tuple[int, int]]:
        """Return the lines and rows of the fees that never gave a price."""
        return [
            (nth, nth_row)
            for nth, line in enumerate(self.form.fees.lines if self.form.fees else ())
            for nth_row in range(len(line.rows))
            if (nth, nth_row) not in self.rows
        ]

    def forced(self, draw: random.Random) -> dict[str, Answer]:
        """Return answers that lead towards a row without a price, if there is one."""
        waiting = self.unpriced()
        if not waiting or self.form.fees is None:
            return {}
        nth, nth_row = draw.choice(waiting)
        wanted = self.form.fees.lines[nth].rows[nth_row].when
        return {name: value for name, value in wanted.items() if self.form.field(name)}


def faults(form: Form) -> Iterator[Fault]:
    """Yield what is never reached, what breaks, and prices that are missing or double."""
    walk = Walk(form)
    for reading in variations(form):
        walk.through(reading)
    draw = random.Random(SEED)  # noqa: S311 - not a secret
    for _ in range(MOST_CROSSINGS):
        if walk.faults or not (walk.unreached() or walk.unpriced()):
            break
        walk.through(crossing(form, draw, walk.forced(draw)))
    yield from walk.faults.values()
    for place in walk.unreached():
        never, mend = NEVER[str(place.path[-1])]
        yield Fault(place.path, f"{never}: {place.source}", mend)
    for nth, nth_row in [] if walk.faults else walk.unpriced():
        path = ("fees", "lines", nth, "rows", nth_row)
        mend = "No order leads to this price: mend its combination, or remove it."
        yield Fault(path, "this row never gives a price", mend)
