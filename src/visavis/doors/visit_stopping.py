"""The form with which staff end somebody's visit, after saying why; shared by their doors."""

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.visits.rules import STAFF_REASONS, Reason

WHY = {
    Reason.ABANDONED_CITIZEN: _("The person has left"),
    Reason.REFERRED_COUNTER: _("The person goes on at the counter"),
    Reason.TECHNICAL: _("The device does not work properly"),
    Reason.STOPPED_SAFEGUARD: _("To protect the person"),
}
assert set(WHY) == STAFF_REASONS


class StopForm(forms.Form):
    """Why the visit is ended."""

    reason = forms.TypedChoiceField(
        label=_("Why do you end it?"),
        choices=[(reason.value, sentence) for reason, sentence in WHY.items()],
        coerce=Reason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason."), "invalid_choice": _("Choose a reason.")},
    )
