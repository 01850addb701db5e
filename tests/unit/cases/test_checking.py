"""What a register's proposals are worth for one person."""

from dataclasses import replace
from datetime import date

import pytest

from visavis.cases import checking
from visavis.cases.checking import Finding, Outcome, judged
from visavis.catalog.definition.registers import REGISTERS
from visavis.gateways.laboratory_register.types import Result, Status, Wanted

DAY = date(2026, 10, 5)
WANTED = Wanted("Müller-Żółć", "Zoé", "1970-01-31", DAY, "pcr")
SAME = Result("MUELLER ZOLC", "ZOE", "1970-01-31", DAY, "pcr", Status.POSITIVE)
OTHER = Result("Quelconque", "Personne", "1933-03-03", DAY, "pcr", Status.POSITIVE)


def near(**changed):
    return replace(SAME, **changed)


@pytest.mark.parametrize(
    ("results", "finding"),
    [
        ([SAME], Finding(Outcome.CONFIRMED)),
        ([OTHER, SAME, OTHER], Finding(Outcome.CONFIRMED)),
        ([], Finding(Outcome.NOT_FOUND)),
        ([OTHER], Finding(Outcome.NOT_FOUND)),
        ([SAME, SAME], Finding(Outcome.SEVERAL)),
        ([SAME, near(status=Status.NEGATIVE)], Finding(Outcome.SEVERAL)),
        ([near(status=Status.PENDING)], Finding(Outcome.PENDING)),
        ([near(status=Status.NEGATIVE)], Finding(Outcome.NOT_FOUND)),
        ([near(birth_date="1970-01-13")], Finding(Outcome.NEAR, ("birth_date",))),
        ([near(birth_date="1970-01")], Finding(Outcome.NEAR, ("birth_date",))),
        ([near(given_name="Zoé Marie")], Finding(Outcome.NEAR, ("given_name",))),
        ([near(family_name="Muller Zolc")], Finding(Outcome.NEAR, ("family_name",))),
        ([near(family_name="Мюллер")], Finding(Outcome.NEAR, ("family_name",))),
        ([near(analysis="antigen")], Finding(Outcome.NEAR, ("analysis",))),
        ([near(first_positive_on=date(2026, 10, 6))], Finding(Outcome.NEAR, ("first_positive_on",))),
        (
            [near(birth_date="1971-01-31", analysis="antigen"), near(birth_date="1971-01-31")],
            Finding(Outcome.NEAR, ("birth_date",)),
        ),
        ([near(birth_date="1971-01-31", status=Status.NEGATIVE)], Finding(Outcome.NOT_FOUND)),
        (
            [near(birth_date="1971-01-31", analysis="antigen", given_name="Ida")],
            Finding(Outcome.NOT_FOUND),
        ),
    ],
)  # fmt: skip
def test_only_one_result_that_is_the_same_in_everything_confirms(results, finding):
    assert judged(WANTED, results) == finding


@pytest.mark.parametrize("birth_date", ["1970", "1970-01"])
def test_a_birth_date_known_in_part_never_confirms(birth_date):
    wanted = replace(WANTED, birth_date=birth_date)

    found = judged(wanted, [near(birth_date=birth_date)])

    assert found == Finding(Outcome.NEAR, ("birth_date",))


def test_a_name_without_letters_is_nobodys():
    wanted = replace(WANTED, given_name="'")

    assert judged(wanted, [near(given_name="-")]).outcome is Outcome.NEAR


def test_every_register_that_a_definition_may_name_can_be_asked():
    assert checking.CHECKS.keys() == REGISTERS.keys()


def test_a_finding_is_kept_without_any_value():
    finding = judged(WANTED, [near(birth_date="1970-01-13")])

    assert checking.unpacked(finding.packed()) == finding
    assert b"1970" not in finding.packed()
