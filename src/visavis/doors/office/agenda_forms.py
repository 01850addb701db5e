"""What an officer fills in about appointments."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ALL = "*"  # no lane has this code
LONGEST_CLOSURE = timedelta(days=366)
LANGUAGES = [("fr", "Français"), ("de", "Deutsch"), ("it", "Italiano"), ("en", "English")]
LAST_YEAR = 2099
LARGEST_FILE = 1024 * 1024  # bytes; about 10 000 lines, twice as many as are read at once

Choices = Iterable[tuple[str, str]]


class DayInput(forms.DateInput):
    """The browser's own field for a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's own field for a time of day."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def day_field(**options: Any) -> forms.DateField:
    """Return a field for a day, read as browsers send it or as people here write it."""
    return forms.DateField(
        widget=DayInput(), input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        error_messages={
            "required": _("Enter a day."), "invalid": _("Enter a day such as 24.12.2026."),
        },
        **options,
    )  # fmt: skip


class WalkIn(forms.Form):
    """Who is here without an appointment."""

    kind = forms.ChoiceField(
        label=_("What has been brought along?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what has been brought along.")},
    )
    language = forms.ChoiceField(
        label=_("In which language do you speak?"), widget=forms.RadioSelect, choices=LANGUAGES
    )

    def __init__(self, *args: Any, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["kind"]
        assert isinstance(asked, forms.ChoiceField)
        asked.choices = list(kinds)


class Closing(forms.Form):
    """What is closed, and from when to when; without hours whole days."""

    lane = forms.ChoiceField(
        label=_("What is closed?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what is closed.")},
    )
    first_on = day_field(label=_("First day"))
    opens_at = forms.TimeField(label=_("From (hour)"), widget=ClockInput(), required=False)
    last_on = day_field(label=_("Last day"), required=False)
    closes_at = forms.TimeField(label=_("Until (hour)"), widget=ClockInput(), required=False)

    def __init__(self, *args: Any, lanes: Choices, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        asked = self.fields["lane"]
        assert isinstance(asked, forms.ChoiceField)
        asked.choices = [(ALL, _("All lanes")), *lanes]

    def clean(self) -> dict[str, Any]:
        """Fill in the last day, and refuse a stretch that is over, turned round, or endless."""
        cleaned = super().clean() or self.cleaned_data
        first = cleaned.get("first_on")
        if first is None or "last_on" in self.errors:
            return cleaned
        last = cleaned["last_on"] = cleaned.get("last_on") or first
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if last < first or (last == first and opens and closes and closes <= opens):
            self.add_error("last_on", ValidationError(_("The end comes before the beginning.")))
        elif last < self.today:
            self.add_error("first_on", ValidationError(_("These days are over.")))
        elif last - first > LONGEST_CLOSURE or last.year > LAST_YEAR:
            self.add_error("last_on", ValidationError(_("Close at most a year at once.")))
        return cleaned

    def stretch(self, zone: Any) -> tuple[datetime, datetime]:
        """Return from when to when; the end of a whole day is the beginning of the next."""
        said = self.cleaned_data
        begins = datetime.combine(said["first_on"], said["opens_at"] or time(), zone)
        if said["closes_at"]:
            return begins, datetime.combine(said["last_on"], said["closes_at"], zone)
        return begins, datetime.combine(said["last_on"] + timedelta(days=1), time(), zone)


class Summonses(forms.Form):
    """A file of summonses, or its text."""

    file = forms.FileField(label=_("CSV file"), required=False, allow_empty_file=True)
    text = forms.CharField(
        label=_("Or paste the lines here"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        required=False,
        strip=False,
    )

    def clean(self) -> dict[str, Any]:
        """Make one text of what came, read as UTF-8 or as spreadsheets here write it."""
        cleaned = super().clean() or self.cleaned_data
        came = cleaned.get("file")
        if came and came.size > LARGEST_FILE:
            raise ValidationError(_("This file is too large: at most 1 MB. Send it in parts."))
        text = _decoded(came.read()) if came else cleaned.get("text", "")
        if not text.strip() and not self.errors:
            raise ValidationError(_("Choose a file, or paste its lines."))
        cleaned["text"] = text
        return cleaned


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
