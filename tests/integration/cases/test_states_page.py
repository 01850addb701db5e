"""The documented states are the states."""

from pathlib import Path

from visavis.cases.management.commands.case_states import page

DOCUMENTED = Path(__file__).parents[3] / "docs" / "reference" / "case-states.md"


def test_the_page_of_states_is_up_to_date():
    assert DOCUMENTED.read_text() == page(), "run: visavis case_states"
