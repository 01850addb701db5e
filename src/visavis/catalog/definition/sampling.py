"""Invented answers that walk through a definition, the same ones each time."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from visavis.catalog.definition.expressions import names_in
from visavis.catalog.definition.fault import places
from visavis.catalog.definition.fields import Answer
from visavis.catalog.definition.form import Field, FieldType, Form
from visavis.catalog.definition.reading import Reading

MOST_VARIATIONS = 400
AGES = (3, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 20, 25, 26, 30, 45, 64, 65, 80)
CROSSED, INVENTED = 0.3, 0.1
DAYS_AHEAD = (0, 1, 10, 30, 60, 100, 140, 200)
TEXTS = {
    FieldType.EMAIL: "elodie@example.ch",
    FieldType.PHONE: "+41785550101",
    FieldType.POSTAL_CODE: "2800",
    FieldType.HOUSE_NUMBER: "4a",
}


def variations(form: Form) -> Iterator[Reading]:
    """Yield the own tests, then the same with one deciding answer changed."""
    tests = own_answers(form)
    changed = [
        (today, {**answers, field.code: value})
        for today, answers in tests
        for field in _deciding(form)
        for value in domain(form, field, today)
    ]
    every = len(changed) // MOST_VARIATIONS + 1
    for today, answers in [*tests, *changed[::every]]:
        yield Reading(form, answers, today=today)


def own_answers(form: Form) -> list[tuple[date, dict[str, Answer]]]:
    """Return the days and answers of the own tests, or one empty set of answers."""
    tests = [(date.fromisoformat(case.today), dict(case.answers)) for case in form.tests]
    return tests or [(date(2026, 6, 1), {})]


def crossing(form: Form, draw: random.Random, forced: dict[str, Answer]) -> Reading:
    """Return two own tests crossed, with some answers invented and some forced."""
    tests = own_answers(form)
    (today, first), (_, second) = draw.choice(tests), draw.choice(tests)
    answers = {**second, **first}
    for code in second:
        if draw.random() < CROSSED:
            answers[code] = second[code]
    for field in _deciding(form):
        worth = domain(form, field, today)
        if worth and draw.random() < INVENTED:
            answers[field.code] = draw.choice(worth)
    return Reading(form, {**answers, **forced}, today=today)


def _deciding(form: Form) -> list[Field]:
    """Return the fields that conditions or prices look at, also through facts."""
    looked_at = {name for place in places(form) for name in names_in(place.source)}
    for line in form.fees.lines if form.fees else ():
        looked_at |= {name for row in line.rows for name in row.when}
    return [field for field in form.fields() if field.code in looked_at]


def domain(form: Form, field: Field, today: date) -> list[Answer]:
    """Return answers worth trying for a field; those of the own tests are always among them."""
    tried = [case.answers[field.code] for case in form.tests if field.code in case.answers]
    worth: list[Answer] = []
    for answer in [*_invented(field, today), *tried]:
        if answer not in worth:
            worth.append(answer)
    return worth


def _invented(field: Field, today: date) -> list[Answer]:
    if field.options:
        codes: list[Answer] = [option.code for option in field.options]
        return codes if field.type == FieldType.CHOICE else [[str(code)] for code in codes]
    if field.type in (FieldType.YES_NO, FieldType.CONFIRM):
        return [True, False]
    if field.type == FieldType.DATE:
        return [(today + timedelta(days=days)).isoformat() for days in DAYS_AHEAD]
    if field.type == FieldType.PARTIAL_DATE:
        return [f"{today.year - age}-01-01" for age in AGES]
    if field.type == FieldType.FILE:
        return [0, field.most_files]
    if field.type == FieldType.NUMBER:
        least = field.least if field.least is not None else 0
        most = field.most if field.most is not None else least + 1000
        return [least, (least + most) // 2, most]
    if field.pattern:
        return []
    return [TEXTS.get(field.type, "Exemple")]
