import re
from pathlib import Path

import pytest

from visavis.measures import rules
from visavis.measures.rules import Event, NotInVocabulary


class TestChecked:
    @pytest.mark.parametrize(
        ("event", "values"),
        [
            ("session.started", {"channel": "kiosk"}),
            ("session.started", {}),
            ("language.set", {"language": "it"}),
            ("service.chosen", {"service": "fishing-permit"}),
            ("step.reached", {"service": "fishing-permit", "step": "residence", "n": 3}),
            ("session.ended", {"reason": "idle", "outcome": "completed"}),
            ("wipe.done", {"duration_ms": 0}),
        ],
    )
    def test_lets_the_closed_vocabulary_through(self, event, values):
        assert rules.checked(event, values) == event

    @pytest.mark.parametrize(
        ("event", "values"),
        [
            pytest.param("citizen.smiled", {}, id="an event nobody named"),
            pytest.param("language.set", {"language": "rm"}, id="a value outside the list"),
            pytest.param("language.set", {}, id="a value missing"),
            pytest.param("service.chosen", {"service": "Élodie Exemple"}, id="free text"),
            pytest.param(
                "service.chosen", {"service": "756.1234.5678.97"}, id="a number of a person"
            ),
            pytest.param("help.requested", {"name": "elodie"}, id="a name nobody named"),
            pytest.param("step.reached", {"n": True}, id="true is no number"),
            pytest.param("step.reached", {"n": 0}, id="a step before the first"),
            pytest.param("session.ended", {"reason": "bored"}, id="a reason nobody named"),
        ],
    )
    def test_refuses_the_rest_without_repeating_it(self, event, values):
        with pytest.raises(NotInVocabulary) as refusal:
            rules.checked(event, values)

        assert not any(str(value) in str(refusal.value) for value in values.values())

    def test_knows_what_each_event_may_say(self):
        assert set(rules.VOCABULARY) == set(Event)
        for event, required in rules.REQUIRED.items():
            assert required <= set(rules.VOCABULARY[event])

    def test_uses_the_same_reasons_as_visits(self):
        from visavis.visits.rules import OUTCOMES, Reason

        assert {reason.value for reason in Reason} == rules.END_REASONS
        assert {outcome.value for outcome in OUTCOMES} == rules.OUTCOMES


def test_the_reference_names_every_event_with_its_values():
    page = (Path(__file__).parents[3] / "docs/reference/events.md").read_text()
    rows = [row for row in page.splitlines() if row.startswith("| `")]
    described = {event: row for row in rows for event in re.findall(r"`(\w+\.\w+)`", row)}

    assert set(described) == {event.value for event in Event}
    for event, values in rules.VOCABULARY.items():
        assert set(re.findall(r"\w+", described[event].split("|")[2])) == set(values)
    assert all(f"`{reason}`" in page for reason in rules.END_REASONS)
