"""What is typed and chosen for an appointment."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.appointments import facts, times
from visavis.appointments.books import Book
from visavis.appointments.facts import NUMBER, Shape
from visavis.appointments.listing import PartOfDay, Time, Wanted
from visavis.appointments.operations import entering
from visavis.appointments.periodicity import Group
from visavis.design.forms import DayField
from visavis.doors.portal.account_forms import read_contact
from visavis.doors.portal.appointments_words import CANCEL_REASONS
from visavis.foundation.text import said_in

UNREADABLE: dict[Shape, Promise] = {
    Shape.APPOINTMENT_NUMBER: _(
        "This is not a number of ours. It has nine digits; compare digit by digit."
    ),
    Shape.PLATE: _("Type the two letters of the canton and the digits."),
    Shape.MASTER_NUMBER: _("Type nine digits, for example 683.737.537."),
    Shape.CHASSIS_NUMBER: _(
        "Type letters and digits only, at least five, as they stand on your paper."
    ),
    Shape.NAME: _("Type your name."),
}
MISSING = _("This is needed too.")
WEEKDAYS = [
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
]
GROUPS: list[tuple[str, Promise]] = [
    (Group.PRIVATE.value, _("Car, motorcycle, trailer over 750 kg")),
    (Group.LIGHT_GOODS.value, _("Delivery van, minibus, motor home, slow lorry")),
    (Group.HEAVY_GOODS.value, _("Lorry, heavy trailer")),
    (Group.PASSENGER_TRANSPORT.value, _("Taxi, coach, dangerous goods")),
    (Group.INDUSTRIAL.value, _("Industrial tractor")),
    (Group.NONE.value, _("Trailer up to 750 kg")),
]


class FactsForm(forms.Form):
    """Some facts of a calendar, each read in its own shape."""

    def __init__(
        self, *args: object, book: Book, codes: Sequence[str], language: str, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self._book, self._codes = book, codes
        for code in codes:
            self.fields[code] = self._field(code, language)

    def _field(self, code: str, language: str) -> forms.CharField:
        if code == NUMBER:
            label = str(_("Appointment number"))
            hint = str(_("Nine digits, on your summons or confirmation."))
        else:
            fact = self._book.entry.fact(code)
            label, hint = said_in(fact.label, language), said_in(fact.hint, language)
        return forms.CharField(
            label=label, help_text=hint, max_length=60, error_messages={"required": MISSING}
        )

    def clean(self) -> dict[str, object]:
        typed: dict[str, object] = super().clean() or self.cleaned_data
        for code in self._codes:
            if code not in typed:
                continue
            shape = entering.shape_of(self._book, code)
            try:
                typed[code] = facts.canonical(shape, str(typed[code]))
            except facts.Unreadable:
                self.add_error(code, str(UNREADABLE[shape]))
        return typed

    def given(self) -> dict[str, str]:
        """Return the canonical facts; use after `is_valid`."""
        return {code: str(self.cleaned_data[code]) for code in self._codes}

    def rows(self) -> list[tuple[forms.BoundField, str]]:
        """Return each field with the keyboard that suits it."""
        digits = (Shape.APPOINTMENT_NUMBER, Shape.MASTER_NUMBER)
        shapes = {code: entering.shape_of(self._book, code) for code in self._codes}
        return [(self[code], "numeric" if shapes[code] in digits else "") for code in self._codes]


class FreeForm(FactsForm):
    """What kind of thing comes, and whose it is."""

    kind = forms.ChoiceField(
        label=_("What do you come with?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the kinds.")},
    )

    def __init__(self, *args: object, book: Book, language: str, **kwargs: object) -> None:
        asked = book.entry.free_asks
        super().__init__(*args, book=book, codes=asked, language=language, **kwargs)
        kinds = [(kind.code, said_in(kind.name, language)) for kind in book.entry.free_kinds]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a ChoiceField
        if len(kinds) == 1:
            self.fields["kind"].initial = kinds[0][0]


class TimeForm(forms.Form):
    """The time that was chosen from the list."""

    time = forms.CharField(
        label=_("Free times"),
        max_length=80,
        error_messages={"required": _("Choose one of the times.")},
    )

    def clean_time(self) -> Time:
        try:
            return Time.parse(self.cleaned_data["time"])
        except ValueError:
            raise forms.ValidationError(_("Choose one of the times.")) from None


class WantedForm(forms.Form):
    """Where and when somebody would like to come."""

    place = forms.ChoiceField(label=_("Place"), required=False)
    weekday = forms.ChoiceField(label=_("Day of the week"), required=False)
    part = forms.ChoiceField(
        label=_("Time of day"),
        required=False,
        choices=[
            ("", _("Any time")),
            (PartOfDay.MORNING.value, _("Morning")),
            (PartOfDay.AFTERNOON.value, _("Afternoon")),
        ],
    )

    def __init__(self, *args: object, book: Book, places: Sequence[str], language: str, **kwargs: object) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        names = [(code, said_in(book.agendas[code].entry.name, language)) for code in places]
        days = [(str(number), day) for number, day in enumerate(WEEKDAYS)]
        self.fields["place"].choices = [("", _("All places")), *names]  # type: ignore[attr-defined]
        self.fields["weekday"].choices = [("", _("Any day")), *days]  # type: ignore[attr-defined]

    def wanted(self, from_: date | None) -> Wanted:
        """Return what was chosen; what makes no sense counts as not chosen."""
        self.is_valid()
        chosen = self.cleaned_data
        place, weekday, part = (chosen.get(name, "") for name in ("place", "weekday", "part"))
        return Wanted(
            agendas=[place] if place else [],
            weekdays=[int(weekday)] if weekday else [],
            part=PartOfDay(part) if part else None,
            from_=from_,
        )


class ReachForm(forms.Form):
    """How somebody without an account is told; may be left empty."""

    contact = forms.CharField(
        label=_("E-mail address or mobile number"),
        help_text=_("For the confirmation and a reminder. We use it for nothing else."),
        required=False,
        max_length=254,
    )

    def clean_contact(self) -> tuple[str, str]:
        """Return channel and address, both empty when nothing was typed."""
        typed = self.cleaned_data["contact"].strip()
        if not typed:
            return "", ""
        contact = read_contact(typed)
        return contact.kind.value, contact.address


class CancelForm(forms.Form):
    """Why a time is given back."""

    reason = forms.ChoiceField(
        label=_("Why do you give it back?"),
        widget=forms.RadioSelect,
        choices=CANCEL_REASONS,
        error_messages={"required": _("Choose a reason: it decides what happens next.")},
    )


class WaitForm(forms.Form):
    """At which places somebody would take an earlier time."""

    places = forms.MultipleChoiceField(
        label=_("At which places?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one place.")},
    )

    def __init__(self, *args: object, choices: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self.fields["places"].choices = choices  # type: ignore[attr-defined]  # a choice field


class DueForm(forms.Form):
    """What the little calculator of inspections needs."""

    group = forms.ChoiceField(
        label=_("What kind of vehicle?"),
        widget=forms.RadioSelect,
        choices=GROUPS,
        error_messages={"required": _("Choose the kind of vehicle.")},
    )
    registered = DayField(
        label=_("First put on the road"),
        help_text=_("Field 36 of the registration certificate, for example 14 3 2019."),
        error_messages={"required": _("Enter day, month and year.")},
    )
    inspections = forms.ChoiceField(
        label=_("Has it been inspected since?"),
        widget=forms.RadioSelect,
        choices=[("0", _("Never")), ("1", _("Once")), ("2", _("Twice or more"))],
        error_messages={"required": _("Choose how often it has been inspected.")},
    )
    last = DayField(
        label=_("Day of the last inspection"),
        help_text=_("Leave empty if it was never inspected."),
        required=False,
    )

    def clean(self) -> dict[str, object]:
        typed: dict[str, object] = super().clean() or self.cleaned_data
        for name in ("registered", "last"):
            if isinstance(day := typed.get(name), date) and not times.is_imaginable(day):
                self.add_error(name, _("Check the year."))
        if self.errors:
            return typed
        if typed.get("inspections") == "0":
            typed["last"] = None
        elif typed.get("last") is None:
            self.add_error("last", _("Enter the day of the last inspection."))
        return typed
