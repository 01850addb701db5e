"""What is read from the staff's sign-in pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    """Name and password."""

    login = forms.CharField(
        label=_("E-mail address or number"),
        max_length=254,
        error_messages={"required": _("Enter your e-mail address or number.")},
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": _("Enter your password.")},
    )


class CodeForm(forms.Form):
    """What the authenticator app shows."""

    code = forms.CharField(
        label=_("Code of six digits from your app"),
        max_length=12,
        error_messages={"required": _("Enter the code that your app shows now.")},
    )
