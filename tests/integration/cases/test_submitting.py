"""From the last page of a draft to one request, one bill, one decision."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections

from tests.answers import season_answers, week_answers
from tests.requesting import Fill
from visavis.cases import operations, queries
from visavis.cases.models import Case
from visavis.cases.refusals import (
    IdentityTooWeak,
    NotComplete,
    NotEligible,
    NotOpen,
    NotRegistered,
)
from visavis.cases.rules import State
from visavis.foundation.actor import Actor
from visavis.journal.models import Entry
from visavis.payments.models import Payment

pytestmark = pytest.mark.django_db


class TestSubmit:
    def test_decides_by_itself_what_the_law_allows_and_asks_for_the_fee(
        self, week: Case, elodie: Actor, now: datetime
    ) -> None:
        case = operations.submit(case_id=week.pk, actor=elodie, now=now)

        payment = Payment.objects.get()
        assert (case.state, case.fee_cents, case.is_automatic) == (State.PAYMENT, 6000, True)
        assert (payment.subject, payment.amount_cents) == (case.subject, 6000)
        assert case.reference
        assert len(case.reference) == 9
