"""What is read from the pages of an account."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visavis.design.forms import PartialDay, PartialDayField
from visavis.foundation import codes
from visavis.people import rules
from visavis.places.models import Commune

KEY_SALT = "visavis.registration"
NOT_A_NAME = _("This cannot be a name. Check what you have typed.")
CODE_MISSING = _("Enter the code of six digits.")
NOTIFY_BY = {
    rules.NotifyBy.MAIL: _("By e-mail"),
    rules.NotifyBy.SMS: _("By text message"),
    rules.NotifyBy.LETTER: _("By letter"),
    rules.NotifyBy.COUNTER: _("Not at all: I ask at the counter"),
}


def signed_key(key: str) -> str:
    """Return the key of a registration as the last page carries it."""
    return signing.dumps(key, salt=KEY_SALT)


def read_contact(text: str) -> rules.Contact:
    """Return what was typed as a way to reach somebody.

    Raises:
        ValidationError: with a sentence that says what to type.
    """
    try:
        return rules.contact_from(text)
    except rules.NotMobile:
        raise ValidationError(
            _(
                "This number gets no text messages. Enter a mobile number, or choose to have neither."
            ),
            code="not_mobile",
        ) from None
    except rules.NotAContact:
        raise ValidationError(
            _(
                "Enter an e-mail address like name@example.ch, or a mobile number like 078 555 01 01."
            ),
            code="no_contact",
        ) from None


def read_name(text: str) -> str:
    """Return a name as it is kept.

    Raises:
        ValidationError: it cannot be a name.
    """
    name = rules.clean_name(text)
    if name is None:
        raise ValidationError(NOT_A_NAME, code="no_name")
    return name


def typed_before(kept: Mapping[str, str]) -> dict[str, object]:
    """Return what was typed before the language was switched, as a form's initial values."""
    parts = [kept.get(f"born_{number}", "") for number in range(3)]
    return {**kept, "born": parts} if any(parts) else dict(kept)


def partial_date(value: PartialDay | None) -> rules.PartialDate | None:
    """Return a day of the design's field as the room's birth date."""
    return rules.PartialDate(value.year, value.month, value.day) if value else None


def partial_day(value: rules.PartialDate | None) -> PartialDay | None:
    """Return a birth date as the design's field shows it."""
    return PartialDay(value.year, value.month, value.day) if value else None


class ContactForm(forms.Form):
    """By what somebody can be reached."""

    contact = forms.CharField(
        label=_("E-mail address or mobile number"),
        max_length=rules.LONGEST_EMAIL,
        error_messages={"required": _("Enter an e-mail address or a mobile number.")},
    )

    def clean_contact(self) -> rules.Contact:
        return read_contact(self.cleaned_data["contact"])


class PersonForm(forms.Form):
    """Who somebody is, as they say."""

    given_name = forms.CharField(
        label=_("First names"),
        max_length=rules.LONGEST_NAME,
        error_messages={
            "required": _("Enter your first names, as in your passport or identity card.")
        },
    )
    family_name = forms.CharField(
        label=_("Family name"),
        max_length=rules.LONGEST_NAME,
        error_messages={"required": _("Enter your family name.")},
    )
    born = PartialDayField(
        label=_("Date of birth"),
        help_text=_("For example 12 4 1961. If you know only the year, leave day and month empty."),
        error_messages={"required": _("Enter your date of birth, at least the year.")},
    )

    def clean_given_name(self) -> str:
        return read_name(self.cleaned_data["given_name"])

    def clean_family_name(self) -> str:
        return read_name(self.cleaned_data["family_name"])


class PasswordForm(forms.Form):
    """A new password."""

    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 10 characters. Three words that do not belong together are good."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": _("Choose a password.")},
    )


class AgreementForm(forms.Form):
    """Consent to the terms of use."""

    agreed = forms.BooleanField(
        label=_("I have read the terms of use and accept them"),
        error_messages={"required": _("To use the counter you must accept the terms of use.")},
    )
    version = forms.DateField(widget=forms.HiddenInput)


class RegistrationForm(AgreementForm, PasswordForm):
    """The last page of a registration."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=200)
    field_order = ("key", "version", "password", "agreed")

    def clean_key(self) -> UUID:
        """Return the key of this registration; it is signed, so that nobody makes one up."""
        try:
            return UUID(signing.loads(self.cleaned_data["key"], salt=KEY_SALT))
        except (signing.BadSignature, ValueError):
            raise ValidationError(_("This page is too old. Begin again."), code="old") from None


class ChangePasswordForm(PasswordForm):
    """A new password, and the old one."""

    current_password = forms.CharField(
        label=_("Your current password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": _("Enter your current password.")},
    )
    field_order = ("current_password", "password")


class SignInForm(forms.Form):
    """Name and password."""

    login = forms.CharField(
        label=_("Number, e-mail address or mobile number"),
        max_length=rules.LONGEST_EMAIL,
        error_messages={"required": _("Enter your number, e-mail address or mobile number.")},
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": _("Enter your password.")},
    )
    remember = forms.BooleanField(
        label=_("Keep me signed in on this device for 30 days"), required=False
    )


class CloseForm(forms.Form):
    """The wish to end an account, said twice."""

    sure = forms.BooleanField(
        label=_("Yes, close my account for good"),
        error_messages={"required": _("Tick the box if you want to close your account.")},
    )


class CodeForm(forms.Form):
    """A code of six digits that was sent."""

    code = forms.CharField(
        label=_("Code of six digits"), max_length=12, error_messages={"required": CODE_MISSING}
    )

    def clean_code(self) -> str:
        code = codes.canonical(self.cleaned_data["code"])
        if len(code) != rules.CODE_DIGITS or not (code.isascii() and code.isdigit()):
            raise ValidationError(CODE_MISSING, code="no_code")
        return code


class PrintedCodeForm(forms.Form):
    """A number and one of the printed codes."""

    login = forms.CharField(
        label=_("Your number"),
        max_length=rules.LONGEST_EMAIL,
        error_messages={"required": _("Enter the number of nine digits on your sheet.")},
    )
    code = forms.CharField(
        label=_("One of your printed codes"),
        max_length=20,
        error_messages={"required": _("Enter one of the codes on your sheet.")},
    )


class ProfileForm(PersonForm):
    """Name, birth date and language of an account."""

    language = forms.ChoiceField(
        label=_("Language of letters and messages"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )


class NotifyForm(forms.Form):
    """How somebody wants to be told; only the ways that are possible."""

    notify_by = forms.ChoiceField(
        label=_("How should we tell you when something happens?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how we should tell you.")},
    )

    def __init__(self, *args: object, ways: Sequence[rules.NotifyBy], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as given
        choices = [(way.value, NOTIFY_BY[way]) for way in ways]
        self.fields["notify_by"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class AddressForm(forms.Form):
    """Where somebody lives; the commune is asked for only where the postal code leaves it open."""

    street = forms.CharField(
        label=_("Street"), max_length=60, error_messages={"required": _("Enter your street.")}
    )
    house_number = forms.CharField(label=_("House number"), max_length=12, required=False)
    postal = forms.CharField(
        label=_("Postal code"),
        max_length=15,
        error_messages={"required": _("Enter your postal code.")},
    )
    locality = forms.CharField(
        label=_("Locality"), max_length=40, error_messages={"required": _("Enter your locality.")}
    )
    commune = forms.ChoiceField(
        label=_("In which commune is that?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose your commune.")},
    )

    def __init__(
        self, *args: object, communes_for: Callable[[str, str], Sequence[Commune]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as given
        postal = str(self["postal"].value() or "").strip()
        locality = str(self["locality"].value() or "").strip()
        # Not yet cleaned: what cannot be printed is no postal code, and no database takes a NUL.
        self.communes = communes_for(postal, locality) if postal and postal.isprintable() else ()
        choices = [(str(commune.fso), commune.name) for commune in self.communes]
        self.fields["commune"].choices = choices if self.must_choose else []  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def must_choose(self) -> bool:
        return len(self.communes) > 1

    def clean_postal(self) -> str:
        return " ".join(self.cleaned_data["postal"].split())

    def clean_commune(self) -> int | None:
        """Return the number of the commune, or None outside the canton."""
        if not self.must_choose:
            return self.communes[0].fso if self.communes else None
        if not self.cleaned_data["commune"]:
            raise ValidationError(_("Choose your commune."), code="no_commune")
        return int(self.cleaned_data["commune"])
