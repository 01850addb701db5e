"""What a person says was done about money that did not fit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.payments.rules import Remedy

BEING_REFUNDED = _("This money is on its way back already. It leaves the list when it has arrived.")


class RemedyForm(forms.Form):
    """What was done about the money."""

    remedy = forms.ChoiceField(
        label=_("What was done?"),
        choices=[
            (Remedy.REFUNDED.value, _("The money was given back")),
            (Remedy.NOTHING_DUE.value, _("Looked at: nothing is to be given back")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what was done about the money.")},
    )
