"""A fee is paid by bill: the citizen takes the sheet, the bank's file settles it."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Running
from tests.journeys.test_have_a_permit_checked import staff
from tests.journeys.test_pay import Open, a_citizen_who_owes_a_fee, pytestmark  # noqa: F401
from tests.statements import Entry, Paid, statement


def test_a_bill_is_taken_along_and_the_banks_file_settles_it(jura: Running, open_browser: Open):
    # Given somebody who owes a fee and chooses the bill
    citizen = a_citizen_who_owes_a_fee(
        open_browser("phone", "fr"), jura, language="fr", name="Facturette"
    )
    payment = citizen.page.url
    citizen.page.locator("main a[href$='/bill']").click()
    citizen.looks()
    shown = re.sub(r"\s", "", citizen.page.locator("main").inner_text())
    reference = re.search(r"0\d{26}", shown)
    assert reference

    # When they open the sheet, and the bank says that it was paid
    sheet = citizen.page.request.get(payment + "bill.pdf")
    assert sheet.body().startswith(b"%PDF")
    olga = staff(jura, open_browser("tablet"), "olga@example.ch", "office")
    olga.goes_to("/fr/office/money/statement/")
    for name, paid in (
        ("stray.xml", Paid("7.00", "", "STRAY")),
        ("paid.xml", Paid("20.00", reference.group(), "PAID")),
    ):
        content = statement(Entry([paid], bank_reference=paid.bank_reference))
        olga.page.set_input_files(
            "input[type=file]", {"name": name, "mimeType": "text/xml", "buffer": content}
        )
        olga.page.locator("main form button").click()
        olga.looks()

    # Then it is paid, and what fits no bill waits until it is put right
    citizen.page.goto(payment)
    expect(citizen.page.locator("main a[href$='/bill']")).to_have_count(0)
    citizen.sees("CHF 20.00")
    olga.goes_to("/fr/office/money/")
    olga.sees("STRAY")
    olga.page.locator("main a[href*='/money/bank/']:not([href*='/assign/'])").first.click()
    olga.looks()
    olga.page.locator("input[value=refunded]").check()
    olga.page.locator("main form button").click()
    expect(olga.page.locator("main")).not_to_contain_text("STRAY")
    citizen.found_every_page_accessible()
    olga.found_every_page_accessible()
