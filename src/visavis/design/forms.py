"""Days as three numbers: the form fields that the design renders without a calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EARLIEST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class PartialDay:
    """A day of which only the year is sure; some documents know no month or day of birth."""

    year: int
    month: int | None = None
    day: int | None = None


class DayWidget(forms.MultiWidget):
    """Three number inputs, in the order day, month, year."""

    def __init__(self, attrs: Mapping[str, str] | None = None) -> None:
        super().__init__(
            [forms.TextInput(), forms.TextInput(), forms.TextInput()], dict(attrs or {})
        )

    def decompress(self, value: object) -> list[object]:
        """Spread a date or a partial day over the three inputs."""
        if isinstance(value, date | PartialDay):
            return [value.day, value.month, value.year]
        return [None, None, None]


class PartialDayField(forms.MultiValueField):
    """A day whose month and day may be left empty; cleans to `PartialDay`."""

    widget = DayWidget
    default_error_messages = {
        "year": _("Enter the year with four digits, for example 1958."),
        "month": _("Enter the month as a number from 1 to 12."),
        "day": _("Enter the day as a number from 1 to 31."),
        "month_first": _("Enter the month too, or leave the day empty."),
        "no_such_day": _("This day does not exist. Check day, month and year."),
    }

    def __init__(self, **options: object) -> None:
        parts = (forms.CharField(required=False, max_length=4),) * 3
        super().__init__(fields=parts, require_all_fields=False, **options)  # type: ignore[arg-type]  # passed on as given

    def compress(self, data_list: Sequence[str]) -> PartialDay | None:
        """Turn what was typed into a day that exists.

        Raises:
            ValidationError: no such day, or a part is missing; names the part.
        """
        if not data_list or not any(data_list):
            return None
        day, month = (self._part(data_list[i], name) for i, name in ((0, "day"), (1, "month")))
        year = self._part(data_list[2], "year")
        if year is None or year < EARLIEST_YEAR:
            raise self._refusal("year")
        if month is None and day is not None:
            raise self._refusal("month_first")
        self._check_exists(PartialDay(year, month, day))
        return PartialDay(year, month, day)

    def _check_exists(self, value: PartialDay) -> None:
        if value.month is not None and not 1 <= value.month <= 12:
            raise self._refusal("month")
        try:
            date(value.year, value.month or 1, 1 if value.day is None else value.day)
        except ValueError:
            raise self._refusal("no_such_day") from None

    def _part(self, text: str, name: str) -> int | None:
        text = text.strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            raise self._refusal(name)
        return int(text)

    def _refusal(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class DayField(PartialDayField):
    """A whole day; cleans to `datetime.date`."""

    def compress(self, data_list: Sequence[str]) -> date | None:  # type: ignore[override]  # a whole day is the narrower promise
        """Turn what was typed into a date.

        Raises:
            ValidationError: no such day, or a part is missing; names the part.
        """
        value = super().compress(data_list)
        if value is None:
            return None
        if value.month is None:
            raise self._refusal("month")
        if value.day is None:
            raise self._refusal("day")
        return date(value.year, value.month, value.day)
