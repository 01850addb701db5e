"""What is read from the small forms of a visit."""

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from visavis.foundation.text import LANGUAGES
from visavis.visits.rules import TEXT_SIZES, Contrast


class StartForm(forms.Form):
    """The touch that begins a visit: which language."""

    language = forms.ChoiceField(choices=[(code, code) for code in LANGUAGES])


class LookForm(forms.Form):
    """Text size or contrast; a button sends one of the two."""

    text_size = forms.TypedChoiceField(
        choices=[(size, str(size)) for size in TEXT_SIZES],
        coerce=int,
        required=False,
        empty_value=None,
    )
    contrast = forms.ChoiceField(
        choices=[(contrast.value, contrast.value) for contrast in Contrast], required=False
    )


def next_of(request: HttpRequest) -> str:
    """Return where a small form leads back to: a page of ours, or home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("portal:home")
