"""The static check of a definition, for `visavis pack check`."""

from collections.abc import Iterator

from visavis.catalog.definition import reach, trial, vocabulary
from visavis.catalog.definition.fault import Fault
from visavis.catalog.definition.form import Form


def faults(form: Form) -> list[Fault]:
    """Return everything that is wrong with a form that pydantic has accepted.

    Names first: while one is unknown, walking through the form would only repeat it.
    """
    found = list(vocabulary.faults(form))
    if found:
        return found
    return [*_own_tests(form), *reach.faults(form)]


def _own_tests(form: Form) -> Iterator[Fault]:
    if not form.tests:
        mend = "Write at least one case under tests: answers, today, and what to expect."
        yield Fault(("tests",), "the definition has no test case of its own", mend)
    for nth, case in enumerate(form.tests):
        for difference in trial.differences(form, case):
            mend = "Mend the rule if the test is right, or the test if the rule is."
            yield Fault(("tests", nth), f"{case.says}: {difference}", mend)
