"""The registers that a definition may have asked, and what each wants to know. Pure.

What asks them lies in `cases.checking`, under the same names; a test compares the two.
"""

REGISTERS: dict[str, tuple[str, ...]] = {
    "laboratory_register": (
        "family_name", "given_name", "birth_date", "first_positive_on", "analysis",
    ),
}  # fmt: skip
