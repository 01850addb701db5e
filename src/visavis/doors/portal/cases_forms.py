"""Forms made from a definition. They gather what was typed; what it is worth, the room decides."""

import re
from collections.abc import Iterable, Mapping

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from visavis.catalog.definition.fields import Problem
from visavis.catalog.definition.form import Field, FieldType, Option
from visavis.catalog.definition.reading import Reading, Trouble
from visavis.catalog.definition.texts import filled
from visavis.design.forms import DayWidget
from visavis.doors.portal.cases_words import MISSING, NO, PROBLEMS, YES
from visavis.foundation.text import said_in

ON_PAGE = "on_page"  # which questions the page held: an unticked box sends nothing
DAYS = frozenset({FieldType.DATE, FieldType.PARTIAL_DATE})
WIDTHS = {FieldType.NUMBER: 5, FieldType.HOUSE_NUMBER: 5, FieldType.POSTAL_CODE: 4}
NUMERIC = frozenset({FieldType.NUMBER, FieldType.POSTAL_CODE})
AUTOCOMPLETE = {
    "profile.family_name": "family-name",
    "profile.given_name": "given-name",
    "profile.birth_date": "bday",
    "profile.email": "email",
    "profile.mobile": "tel",
    "profile.postal_code": "postal-code",
    "profile.locality": "address-level2",
}


class DayInput(forms.Field):
    """Three numbers; what they mean is read by the definition."""

    widget = DayWidget


class HintedRadios(forms.RadioSelect):
    """Radio buttons, some with a sentence under them, which the design's tag prints."""

    def __init__(self, hints: dict[str, str]) -> None:
        super().__init__()
        self.choice_hints = hints


class HintedBoxes(forms.CheckboxSelectMultiple):
    """Checkboxes, some with a sentence under them, which the design's tag prints."""

    def __init__(self, hints: dict[str, str]) -> None:
        super().__init__()
        self.choice_hints = hints


class StepForm(forms.Form):
    """The fields of one page that are asked now, in the page's language."""

    def __init__(
        self,
        fields: Iterable[Field],
        *,
        reading: Reading,
        language: str,
        shown: Mapping[str, object],
        data: QueryDict | None = None,
        questions: Mapping[str, object] | None = None,
    ) -> None:
        self._asked = list(fields)
        self.questions = questions or {}  # what those that are answered with files need
        super().__init__(
            data, initial={field.code: _initial(field, shown) for field in self._asked}
        )
        for field in self._asked:
            self.fields[field.code] = _widget_field(field, reading, language)
        self.options = {field.code: _options(field) for field in self._asked}

    def full_clean(self) -> None:
        """Leave the judging to the room; `refuse` brings its answer in."""
        self._errors = ErrorDict()
        self.cleaned_data = {}

    def refuse(self, troubles: Iterable[Trouble], *, reading: Reading, language: str) -> None:
        """Show what stands against the answers, each at its field."""
        types = {field.code: field.type for field in self._asked}
        for trouble in troubles:
            if trouble.field in types:
                said = _said(trouble, types[trouble.field], reading, language)
                self.add_error(trouble.field, said)

    def refuse_files(self, faults: Mapping[str, str]) -> None:
        """Show why a file was not taken, at its question."""
        for code, said in faults.items():
            if code in self.fields:
                self.add_error(code, said)

    def on_page(self) -> str:
        return " ".join(field.code for field in self._asked)

    def rows(self) -> list[tuple[forms.BoundField, dict[str, object]]]:
        """Return each field with the options of the design's tag."""
        return [
            (self[code], {**options, "question": self.questions.get(code)})
            for code, options in self.options.items()
        ]


def typed(fields: Iterable[Field], posted: QueryDict) -> dict[str, object]:
    """Return what was typed into the fields that the page held, days put together as text."""
    found: dict[str, object] = {}
    on_page = posted.get(ON_PAGE, "").split()
    for field in fields:
        if field.code not in on_page or field.type == FieldType.FILE:
            continue
        if field.type in DAYS:
            parts = [posted.get(f"{field.code}_{n}", "").strip() for n in range(3)]
            found[field.code] = _day_text(*parts)
        elif field.type == FieldType.CHOICES:
            found[field.code] = posted.getlist(field.code)
        else:
            found[field.code] = posted.get(field.code, "")
    return found


def with_new(
    fields: Iterable[Field], posted: QueryDict, *, known: Mapping[str, object]
) -> QueryDict:
    """Return what was posted, and for questions that the page did not hold yet what is known."""
    filled_in = posted.copy()
    held = posted.get(ON_PAGE, "").split()
    for field in fields:
        if field.code in held or known.get(field.code) in (None, ""):
            continue
        value = _initial(field, known)
        if field.type in DAYS:
            for n, part in enumerate(_day_parts(str(known[field.code]))):
                filled_in[f"{field.code}_{n}"] = part
        elif isinstance(value, list):
            filled_in.setlist(field.code, value)
        else:
            filled_in[field.code] = "on" if value is True else str(value)
    return filled_in


def _day_text(day: str, month: str, year: str) -> str:
    """Return ISO where the parts allow it, otherwise the parts as typed.

    >>> _day_text("2", "3", "2027"), _day_text("", "", "1961"), _day_text("2", "3", "61")
    ('2027-03-02', '1961', '2.3.61')
    """
    if not (day or month or year):
        return ""
    has_gap = bool(day) and not month
    digits = all(re.fullmatch(r"[0-9]{0,2}", part) for part in (day, month))
    if not digits or has_gap or not re.fullmatch(r"[0-9]{4}", year):
        return f"{day}.{month}.{year}"
    return "-".join([year, *(f"{part:0>2}" for part in (month, day) if part)])


def _day_parts(text: str) -> list[str]:
    """Return day, month and year of what `_day_text` made."""
    if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        year, month, day = [*text.split("-"), "", ""][:3]
        return [day.lstrip("0"), month.lstrip("0"), year]
    return [*text.split("."), "", "", ""][:3]


def _initial(field: Field, shown: Mapping[str, object]) -> object:
    value = shown.get(field.code)
    if field.type in DAYS:
        return _day_parts(str(value or ""))
    if isinstance(value, bool):
        return value if field.type == FieldType.CONFIRM else ("yes" if value else "no")
    return "" if value is None else value


def _widget_field(field: Field, reading: Reading, language: str) -> forms.Field:
    shown = _bare_field(field, reading, language)
    shown.label = said_in(filled(field.label, reading), language)
    shown.help_text = said_in(filled(field.hint, reading), language)
    shown.required = reading.is_required(field)
    return shown


def _bare_field(field: Field, reading: Reading, language: str) -> forms.Field:
    if field.type in DAYS:
        return DayInput()
    if field.type == FieldType.CONFIRM:
        return forms.BooleanField()
    if field.type == FieldType.YES_NO:
        return forms.ChoiceField(choices=[("yes", YES), ("no", NO)], widget=forms.RadioSelect)
    if field.type == FieldType.FILE:
        return forms.FileField()
    if field.type == FieldType.LONG_TEXT:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 5}))
    if not field.options:
        return forms.CharField()
    offered = [one for one in field.options if reading.is_offered(field, one.code)]
    choices = [(one.code, said_in(one.label, language)) for one in offered]
    hints = {one.code: said_in(filled(one.hint, reading), language) for one in offered}
    if field.type == FieldType.CHOICES:
        return forms.MultipleChoiceField(choices=choices, widget=HintedBoxes(hints))
    return forms.ChoiceField(choices=choices, widget=HintedRadios(hints))


def not_offered(
    fields: Iterable[Field], *, reading: Reading, language: str
) -> list[tuple[str, str]]:
    """Return the options that cannot be chosen now, each with the reason."""
    missing: list[tuple[Field, Option]] = [
        (field, one)
        for field in fields
        for one in field.options
        if not reading.is_offered(field, one.code)
    ]
    return [
        (said_in(one.label, language), said_in(filled(one.why_not, reading), language))
        for _field, one in missing
    ]


def _options(field: Field) -> dict[str, object]:
    return {
        "width": WIDTHS.get(field.type, 0),
        "inputmode": "numeric" if field.type in NUMERIC else "",
        "autocomplete": AUTOCOMPLETE.get(field.prefill or "", ""),
        "cards": field.type == FieldType.CHOICE,
        "inline": field.type == FieldType.YES_NO,
    }


def _said(trouble: Trouble, type_: FieldType, reading: Reading, language: str) -> str:
    if trouble.say:
        return said_in(filled(trouble.say, reading), language)
    if trouble.problem == Problem.MISSING and type_ in MISSING:
        return str(MISSING[type_])
    return str(PROBLEMS[trouble.problem]) % {"limit": trouble.limit}


class FourDigits(forms.Form):
    """A number that the citizen chooses, to take a draft up elsewhere."""

    number = forms.CharField(
        label=_("Choose a number of four digits"),
        help_text=_("For example one you know by heart. Not the year you were born."),
        max_length=8,
        error_messages={"required": _("Choose a number of exactly four digits.")},
    )


class TakeUp(forms.Form):
    """The code of a draft, and one of two facts."""

    code = forms.CharField(
        label=_("Code of the draft"),
        help_text=_("Nine digits, as they stood at the foot of the form or on the slip."),
        max_length=20,
        error_messages={"required": _("Enter the code of the draft: nine digits.")},
    )
    number = forms.CharField(
        label=_("The four-digit number that you chose"),
        required=False,
        max_length=8,
    )
    birth = DayInput(
        label=_("Or the date of birth in the draft"),
        help_text=_("Day, month and year of the person the request is for."),
        required=False,
    )

    def fact(self) -> str:
        """Return the number if one was typed, otherwise the birth date as text."""
        number = str(self.data.get("number", "")).strip()
        parts = [str(self.data.get(f"birth_{n}", "")).strip() for n in range(3)]
        return number or _day_text(*parts)

    def clean(self) -> dict[str, object] | None:
        if not self.fact():
            self.add_error("number", _("Enter the number, or the date of birth below."))
        return super().clean()
