"""What is typed or scanned to check a paper."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.foundation import codes
from visavis.papers.rules import MAX_CHARACTERS

OLDEST = 130  # years


class CheckForm(forms.Form):
    """Either the text of a barcode, or the number of a paper with the holder's year of birth."""

    text = forms.CharField(
        label=_("Text of the code"),
        help_text=_(
            "If a phone has read the QR code: paste the whole text here. It begins with https or VV1."
        ),
        required=False,
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )
    number = forms.CharField(
        label=_("Number of the paper"),
        help_text=_("Nine digits, for example 482 913 756."),
        required=False,
        max_length=40,
    )
    birth_year = forms.CharField(
        label=_("Year of birth of the holder"),
        help_text=_("Four digits. It is on the identity document."),
        required=False,
        max_length=4,
    )

    def __init__(self, *args: object, now: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self._this_year = now.year

    def clean_number(self) -> str:
        number = codes.canonical(self.cleaned_data["number"])
        if number and not codes.is_number(number):
            raise forms.ValidationError(_("This is not a number of ours. Compare digit by digit."))
        return number

    def clean_birth_year(self) -> int | None:
        typed = self.cleaned_data["birth_year"].strip()
        if not typed:
            return None
        is_year = typed.isascii() and typed.isdigit() and len(typed) == 4
        if not (is_year and self._this_year - OLDEST <= int(typed) <= self._this_year):
            raise forms.ValidationError(_("Type the year with four digits, for example 1961."))
        return int(typed)

    def clean(self) -> dict[str, object]:
        typed: dict[str, object] = super().clean() or self.cleaned_data
        if self.errors or typed.get("text"):
            return typed
        if not typed.get("number") and not typed.get("birth_year"):
            self.add_error(
                "text",
                _("Paste the text of the code, or type the number and the year of birth."),
            )
        elif not typed.get("number"):
            self.add_error("number", _("Type the number that stands on the paper."))
        elif not typed.get("birth_year"):
            self.add_error("birth_year", _("Type the year of birth of the holder."))
        return typed
