"""What an officer fills in."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.cases.rules import LONGEST_MESSAGE


class Correction(forms.Form):
    """Which answers to correct, and why; the fields are those that the citizen was asked."""

    fields_to_correct = forms.MultipleChoiceField(
        label=_("Which answers must be corrected?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Mark at least one answer.")},
    )
    message = forms.CharField(
        label=_("What should the citizen do?"),
        help_text=_("The citizen reads this. Write it as you would say it at the counter."),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what is missing or wrong.")},
    )

    def __init__(self, *args: object, choices: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        asked = self.fields["fields_to_correct"]
        assert isinstance(asked, forms.MultipleChoiceField)
        asked.choices = choices


class Message(forms.Form):
    """What the office writes to the citizen; the key makes a second tap harmless."""

    words = forms.CharField(
        label=_("Write to the citizen"),
        help_text=_(
            "The citizen reads it in their request. Mail and SMS only say that there is a message."
        ),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your message.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class Refusal(forms.Form):
    """Why the request is refused."""

    reason = forms.CharField(
        label=_("Why is the request refused?"),
        help_text=_("The citizen reads this. Name the rule, and what they can do instead."),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("A refusal needs its reason.")},
    )
