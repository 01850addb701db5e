"""Forms of paying."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PaymentNumber(forms.Form):
    """The short number of a payment, as it stands on paper or was read aloud."""

    number = forms.CharField(
        label=_("Payment number"),
        max_length=20,
        error_messages={"required": _("Enter the payment number: 8 digits.")},
    )
