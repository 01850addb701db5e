import re

import pytest
from django import forms
from django.template import Context, Template

from visavis.design.forms import PartialDayField
from visavis.design.tags.fields import error_links, kind_of


class Request(forms.Form):
    name = forms.CharField(label="Name", help_text="As on your card.")
    mail = forms.EmailField(label="Mail", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("", "–"), ("y", "Year"), ("d", "Day")], widget=forms.RadioSelect
    )
    waters = forms.MultipleChoiceField(
        label="Waters", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    commune = forms.ChoiceField(label="Commune", choices=[("1", "One")])
    half_days = forms.IntegerField(label="Half-days", min_value=0)
    remark = forms.CharField(label="Remark", widget=forms.Textarea)
    proof = forms.FileField(label="Proof", required=False)
    agreed = forms.BooleanField(label="I agree")
    born_on = PartialDayField(label="Born on")
    token = forms.CharField(widget=forms.HiddenInput)


def rendered(name, *, form=None, options="", is_device=False):
    template = Template("{% load design %}{% field form." + name + " " + options + " %}")
    return template.render(Context({"form": form or Request(), "is_device": is_device}))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("name", "text"),
        ("mail", "text"),
        ("half_days", "text"),
        ("kind", "radios"),
        ("waters", "checkboxes"),
        ("commune", "select"),
        ("remark", "textarea"),
        ("proof", "file"),
        ("agreed", "checkbox"),
        ("born_on", "day"),
        ("token", "hidden"),
    ],
)
def test_the_widget_decides_the_markup(name, kind):
    assert kind_of(Request()[name]) == kind


@pytest.mark.parametrize("name", [name for name in Request.base_fields if name != "token"])
def test_every_control_has_a_label_and_no_id_comes_twice(name):
    html = rendered(name)
    ids = re.findall(r'\sid="([^"]+)"', html)
    labelled = re.findall(r'for="([^"]+)"', html)
    controls = re.findall(r"<(?:input|select|textarea)[^>]*\sid=\"([^\"]+)\"", html)

    assert len(ids) == len(set(ids))
    assert controls
    assert set(controls) <= set(labelled)


def test_a_hint_and_an_error_are_tied_to_the_control():
    html = rendered("name", form=Request({}))

    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'id="id_name-hint"' in html
    assert 'id="id_name-error"' in html
    assert 'aria-invalid="true"' in html


def test_the_summary_names_each_field_and_leads_to_its_first_control():
    links = {link.target: link.text for link in error_links(Request({}))}

    assert links["id_name"].startswith("Name – ")
    assert "id_kind_0" in links
    assert "id_born_on_0" in links
    assert 'id="id_kind_0"' in rendered("kind", form=Request({}))
    assert 'id="id_born_on_0"' in rendered("born_on", form=Request({}))


def test_an_untouched_form_has_no_summary():
    template = Template("{% load design %}{% error_summary form %}")

    assert template.render(Context({"form": Request()})).strip() == ""
    assert 'role="alert"' in template.render(Context({"form": Request({})}))


def test_what_was_typed_stays_on_the_page():
    form = Request({"name": "<b>Zoé</b>", "born_on_0": "31", "born_on_1": "13", "kind": "d"})

    assert 'value="&lt;b&gt;Zoé&lt;/b&gt;"' in rendered("name", form=form)
    assert 'value="31"' in rendered("born_on", form=form)
    assert re.search(r'value="d"\s+checked', rendered("kind", form=form))


def test_numbers_are_typed_as_text_with_the_keyboard_of_figures():
    html = rendered("half_days")

    assert 'type="text"' in html
    assert 'inputmode="numeric"' in html
    assert "min=" not in html


def test_a_device_remembers_nothing_for_the_next_visitor():
    html = rendered("name", options='autocomplete="family-name"', is_device=True)

    assert 'autocomplete="off"' in html
    assert 'autocomplete="family-name"' in rendered(
        "name", options='autocomplete="family-name"', is_device=False
    )


def test_a_field_that_may_stay_empty_says_so_unless_it_must_not():
    assert 'class="optional"' in rendered("mail")
    assert 'class="optional"' not in rendered("mail", options="optional=False")
    assert 'class="optional"' not in rendered("name")


def test_a_private_field_is_marked_for_the_scripts_that_must_leave_it_alone():
    assert "data-private" in rendered("name", options="private=True")


def test_the_legend_may_be_the_heading_of_the_page():
    assert "<h1>Kind</h1>" in rendered("kind", options="page_heading=True")


def test_the_empty_choice_is_no_radio_button():
    assert rendered("kind").count('type="radio"') == 2


def test_choices_carry_their_hints():
    form = Request()
    form.fields["kind"].widget.choice_hints = {"y": "From March to September."}
    html = rendered("kind", form=form, options="cards=True")

    assert "choice-cards" in html
    assert 'aria-describedby="id_kind_0-hint"' in html
    assert "From March to September." in html


def test_a_mistyped_option_is_a_bug_and_says_so():
    with pytest.raises(TypeError, match="hnt"):
        rendered("name", options='hnt="x"')
