"""The pack's form and the dated rules say the same about every request, while the form's version holds."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.requesting import entry
from visavis.catalog.definition.reading import Reading
from visavis.papers.dcc.recovery import LAST_DAY, Analysis, Proof, Sampling, obstacle

FROM = date(2022, 3, 25)  # the way of counting that the form's version knows
BORN = "1961-04-12"
ANALYSES = {"pcr": Analysis.PCR, "antigen": Analysis.RAPID_ANTIGEN}


def says_the_form(answers, *, on):
    (form,) = [
        version.form for version in entry("jura", "recovery-certificate").versions if version.form
    ]
    reading = Reading(form, answers, today=on)
    return reading.ending() is None and reading.is_complete()


@settings(max_examples=300, deadline=None)
@given(
    on=st.dates(FROM, LAST_DAY),
    age=st.integers(-3, 400) | st.sampled_from([0, 9, 10, 178, 179, 180]),
    analysis=st.sampled_from(sorted(ANALYSES)),
    country=st.sampled_from(["ch", "fr", "at"]),
    sampling=st.sampled_from(list(Sampling)),
)
def test_the_form_refuses_what_the_law_refuses_and_nothing_else(
    on, age, analysis, country, sampling
):
    positive = on - timedelta(days=age)
    proof = Proof(ANALYSES[analysis], positive, country.upper(), sampling)
    answers = {
        "analysis": analysis, "country": country, "sampling": sampling.value,
        "first_positive_on": positive.isoformat(), "given_name": "Élodie",
        "family_name": "Exemple", "birth_date": BORN, "delivery": "online", "test_proof": 1,
    }  # fmt: skip

    assert says_the_form(answers, on=on) == (obstacle(proof, on=on) is None)
