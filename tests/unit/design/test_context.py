from dataclasses import dataclass

import pytest
from django.test import RequestFactory
from django.urls import ResolverMatch
from django.utils import translation

from visavis.design.context import address_of, frame


@dataclass
class Visit:
    channel: str


def framed(path="/fr/", **attributes):
    request = RequestFactory().get(path)
    for name, value in attributes.items():
        setattr(request, name, value)
    with translation.override("fr"):
        return frame(request)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        pytest.param({}, "web", id="at home"),
        pytest.param({"visit": Visit("kiosk")}, "kiosk", id="visit at a kiosk"),
        pytest.param({"visit": Visit("tablet")}, "tablet", id="visit at a tablet"),
        pytest.param({"presentation": "kiosk"}, "kiosk", id="said by the door"),
        pytest.param({"presentation": "cinema"}, "web", id="unknown"),
    ],
)
def test_the_presentation_follows_the_visit_or_what_the_door_says(attributes, expected):
    values = framed(**attributes)

    assert values["presentation"] == expected
    assert values["is_device"] is (expected != "web")


@pytest.mark.parametrize(
    ("session", "size", "after", "contrast"),
    [
        pytest.param({}, 1, 2, "normal", id="nothing kept"),
        pytest.param({"text_size": 2, "contrast": "high"}, 2, 3, "high", id="kept"),
        pytest.param({"text_size": "3"}, 3, 1, "normal", id="kept as text"),
        pytest.param({"text_size": "99", "contrast": "pink"}, 1, 2, "normal", id="nonsense"),
    ],
)
def test_text_size_and_contrast_come_from_the_session(session, size, after, contrast):
    values = framed(session=session)

    assert (values["text_size"], values["next_text_size"]) == (size, after)
    assert values["contrast"] == contrast


def test_the_visit_wins_over_the_session():
    values = framed(session={"text_size": 1}, text_size=3, contrast="high")

    assert (values["text_size"], values["contrast"]) == (3, "high")


def test_the_language_switch_leads_to_this_same_page():
    choices = {choice.code: choice for choice in framed("/fr/?q=permis")["languages"]}

    assert choices["de"].address == "/de/?q=permis"
    assert choices["fr"].is_current
    assert not choices["de"].is_current


@pytest.mark.parametrize(
    ("namespace", "is_shown"), [("portal", True), ("", True), ("office", False), ("desk", False)]
)
def test_a_citizens_own_things_stand_on_a_citizens_pages_only(namespace, is_shown):
    match = ResolverMatch(lambda: None, (), {}, namespaces=[namespace] if namespace else [])

    assert bool(framed(resolver_match=match)["links"]["cases"]) is is_shown


def test_a_page_that_does_not_exist_has_no_address():
    assert address_of("portal:no_such_page") == ""
