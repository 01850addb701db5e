"""What a request costs and who decides it, from a reading. Pure."""

from dataclasses import dataclass

from visavis.catalog.definition.form import FeeLine, PriceRow, Reason
from visavis.catalog.definition.functions import Value
from visavis.catalog.definition.reading import Reading

COLON = {"fr": "\u202f: "}  # French keeps a narrow blank before it


class NoPrice(Exception):
    """No row of a matrix fits these answers, or more than one does: the definition is at fault."""


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of the bill, its words complete in every language.

    Attributes:
        waived: why nothing is charged for it, or None when it is charged.
    """

    code: str
    label: dict[str, str]
    amount_cents: int
    waived: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Decided by itself, by what a register says, or by an officer for these reasons."""

    automatic: bool
    by_register: bool
    reasons: tuple[Reason, ...]


def charges(reading: Reading) -> list[Charge]:
    """Return the bill for complete answers; empty when the service is free.

    Raises:
        NoPrice: a matrix has no row, or several, for these answers.
    """
    fees = reading.form.fees
    lines = fees.lines if fees else ()
    return [_charge(line, reading) for line in lines if reading.holds(line.when)]


def total_cents(bill: list[Charge]) -> int:
    return sum(charge.amount_cents for charge in bill)


def _charge(line: FeeLine, reading: Reading) -> Charge:
    label = _label(line, reading)
    if line.waived_if is not None and reading.holds(line.waived_if):
        assert line.waived_say is not None
        return Charge(line.code, label, 0, {**line.waived_say})
    if line.cents is not None:
        return Charge(line.code, label, line.cents)
    fitting = [row for row in line.rows if fits(row, reading)]
    if len(fitting) != 1:
        raise NoPrice(f"{line.code}: {len(fitting)} rows fit")
    return Charge(line.code, label, fitting[0].cents)


def fits(row: PriceRow, reading: Reading) -> bool:
    """Tell whether a row's price is meant for these answers."""
    return all(is_same(reading.value(name), wanted) for name, wanted in row.when.items())


def is_same(value: Value, wanted: str | bool) -> bool:
    """Compare without taking 1 for true."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _label(line: FeeLine, reading: Reading) -> dict[str, str]:
    label: dict[str, str] = {**line.label}
    field = reading.form.field(line.label_from) if line.label_from else None
    option = field.option(reading.value(field.code)) if field else None
    if option is None:
        return label
    return {
        language: f"{words}{COLON.get(language, ': ')}{option.label[language]}"
        for language, words in line.label.items()
    }


def verdict(reading: Reading) -> Verdict:
    """Return whether the law lets the request be decided by itself, or why an officer must look.

    What cannot be said speaks for the officer.
    """
    decision = reading.form.decision
    reasons = tuple(
        reason for reason in decision.reasons if reading.holds(reason.when, otherwise=True)
    )
    is_clear = not reasons and reading.holds(decision.automatic_when)
    asks_first = decision.check is not None
    return Verdict(is_clear and not asks_first, is_clear and asks_first, reasons)
