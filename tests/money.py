"""Money that came, said in one line where a test is about something else."""

from visavis.payments.chart import Account, Row
from visavis.payments.models import Payment
from visavis.payments.rules import Method
from visavis.payments.settling import Money


def coins_for(payment: Payment) -> Money:
    """Return what settles a payment in cash."""
    return Money(Method.CASH, "tests", [Row(Account.CASH, payment.office, payment.amount_cents)])
