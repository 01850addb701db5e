"""Form fields: one tag that knows each kind of widget."""

from copy import copy
from dataclasses import dataclass
from typing import Final

from django import forms
from django.forms import BoundField
from django.template import Context
from django.utils.safestring import SafeString

from visavis.design.forms import DayWidget
from visavis.design.tags.registry import register

# The first match decides, so a class stands before the class it inherits from.
KINDS: Final[tuple[tuple[type[forms.Widget], str], ...]] = (
    (forms.HiddenInput, "hidden"),
    (DayWidget, "day"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
)
GROUPS: Final = ("day", "checkboxes", "radios")
CONTROL_CLASSES: Final = {
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "file": "govuk-file-upload",
}
OPTIONS: Final[dict[str, object]] = {
    "hint": "",
    "label": "",
    "width": 0,
    "inputmode": "",
    "autocomplete": "",
    "spellcheck": None,
    "cards": False,
    "inline": False,
    "page_heading": False,
    "prefix": "",
    "suffix": "",
    "optional": True,
    "private": False,
    "disabled": False,
}
PART_AUTOCOMPLETE: Final = {"bday": ("bday-day", "bday-month", "bday-year")}


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button or checkbox, ready to print."""

    id: str
    name: str
    value: str
    label: str
    hint: str
    icon: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One error of the summary, and the id of the control that it is about."""

    text: str
    target: str


@register.inclusion_tag("design/form/field.html", takes_context=True)
def field(context: Context, bound: BoundField, **options: object) -> dict[str, object]:
    """Print a form field with label, hint, error and control."""
    unknown = options.keys() - OPTIONS.keys()
    if unknown:
        raise TypeError(f"field has no option {', '.join(sorted(unknown))}")
    said = {**OPTIONS, **options}
    kind = kind_of(bound)
    hint = said["hint"] or bound.help_text
    described = _described_by(bound, has_hint=bool(hint))
    values: dict[str, object] = {
        **said,
        "bound": bound,
        "kind": kind,
        "hint": hint,
        "label": said["label"] or bound.label,
        "described_by": described,
        "target": target_of(bound),
        "says_optional": said["optional"] and not bound.field.required and kind != "checkbox",
        "choices": choices_of(bound) if kind in ("radios", "checkboxes", "checkbox") else [],
        "control": "",
        "parts": [],
    }
    is_device = bool(context.get("is_device", False))
    if kind == "day":
        values["parts"] = _day_parts(bound, said, described, is_device=is_device)
    elif not values["choices"]:
        values["control"] = _control(bound, kind, said, described, is_device=is_device)
    return values


@register.inclusion_tag("design/form/_error_summary.html")
def error_summary(*several: forms.BaseForm | None) -> dict[str, object]:
    """Print what is wrong with the forms, each error linked to its control."""
    return {"form": several[0] if several else None, "more_forms": several[1:]}


@register.filter
def error_links(form: forms.BaseForm | None) -> list[ErrorLink]:
    """Return the errors of a form in the order of its fields."""
    if form is None or not form.is_bound:
        return []
    links = [ErrorLink(str(error), "") for error in form.non_field_errors()]
    for bound in form:
        links += [ErrorLink(_named(bound, str(error)), target_of(bound)) for error in bound.errors]
    return links


def _named(bound: BoundField, error: str) -> str:
    """Six times "This field is required" helps nobody, so the summary names the field too."""
    label = str(bound.label).strip()
    return error if label in error else f"{label} – {error}"


def kind_of(bound: BoundField) -> str:
    """Name the markup that a field's widget needs."""
    widget = bound.field.widget
    return next((kind for cls, kind in KINDS if isinstance(widget, cls)), "text")


def target_of(bound: BoundField) -> str:
    """Return the id of the control that takes the focus."""
    return f"{bound.auto_id}_0" if kind_of(bound) in GROUPS else bound.auto_id


def choices_of(bound: BoundField) -> list[Choice]:
    """Return the choices of radios and checkboxes with their hints and icons."""
    widget = bound.field.widget
    hints = getattr(widget, "choice_hints", {})
    signs = getattr(widget, "choice_icons", {})
    if isinstance(widget, forms.CheckboxInput):
        return [
            Choice(
                id=bound.auto_id,
                name=bound.html_name,
                value="on",
                label=str(bound.label),
                hint="",
                icon="",
                is_checked=bool(widget.check_test(bound.value())),
            )
        ]
    # The empty choice of a list is no choice, and the first real one takes the focus.
    offered = [part for part in bound.subwidgets if str(part.data["value"]) != ""]
    return [
        Choice(
            id=f"{bound.auto_id}_{number}",
            name=bound.html_name,
            value=str(part.data["value"]),
            label=str(part.choice_label),
            hint=str(hints.get(part.data["value"], "")),
            icon=str(signs.get(part.data["value"], "")),
            is_checked=bool(part.data["selected"]),
        )
        for number, part in enumerate(offered)
    ]


def _described_by(bound: BoundField, *, has_hint: bool) -> str:
    ids = []
    if has_hint:
        ids.append(f"{bound.auto_id}-hint")
    if bound.errors:
        ids.append(f"{bound.auto_id}-error")
    return " ".join(ids)


def _control(
    bound: BoundField,
    kind: str,
    said: dict[str, object],
    described_by: str,
    *,
    is_device: bool,
) -> SafeString:
    base = CONTROL_CLASSES.get(kind, "govuk-input")
    classes = [base, f"{base}--error" if bound.errors else "", str(bound.css_classes())]
    if said["width"] and kind == "text":
        classes.append(f"govuk-input--width-{said['width']}")
    attrs: dict[str, str | bool] = {"class": " ".join(filter(None, classes))}
    if described_by:
        attrs["aria-describedby"] = described_by
    attrs |= _typing(bound, said, is_device=is_device)
    if said["private"]:
        attrs["data-private"] = True
    if said["disabled"]:
        attrs["disabled"] = True
    return bound.as_widget(widget=_plain(bound.field.widget), attrs=attrs)


def _plain(widget: forms.Widget) -> forms.Widget:
    """Number inputs lose leading zeros and change by the wheel, so numbers are typed as text."""
    if not isinstance(widget, forms.NumberInput):
        return widget
    typed = copy(widget)
    typed.input_type = "text"
    typed.attrs = {
        name: value for name, value in widget.attrs.items() if name not in ("min", "max", "step")
    }
    return typed


def _typing(
    bound: BoundField, said: dict[str, object], *, is_device: bool
) -> dict[str, str | bool]:
    attrs: dict[str, str | bool] = {}
    inputmode = str(said["inputmode"])
    if not inputmode and isinstance(bound.field.widget, forms.NumberInput):
        inputmode = "numeric"
    if inputmode:
        attrs["inputmode"] = inputmode
    if is_device:
        attrs["autocomplete"] = "off"
    elif said["autocomplete"]:
        attrs["autocomplete"] = str(said["autocomplete"])
    if said["spellcheck"] is False or is_device:
        attrs["spellcheck"] = "false"
    return attrs


def _day_parts(
    bound: BoundField, said: dict[str, object], described_by: str, *, is_device: bool
) -> list[dict[str, object]]:
    """Return day, month and year with their names, widths and values."""
    value = bound.value()
    if not isinstance(value, list):
        widget = bound.field.widget
        assert isinstance(widget, DayWidget)
        value = widget.decompress(value)
    completion = PART_AUTOCOMPLETE.get(str(said["autocomplete"]), ("", "", ""))
    return [
        {
            "name": f"{bound.html_name}_{number}",
            "id": f"{bound.auto_id}_{number}",
            "part": part,
            "width": 4 if part == "year" else 2,
            "value": "" if value[number] is None else value[number],
            "autocomplete": "off" if is_device else completion[number],
        }
        for number, part in enumerate(("day", "month", "year"))
    ]
