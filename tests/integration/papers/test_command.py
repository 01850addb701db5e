"""`visavis paper revoke` and `visavis paper revoked`."""

import io

import pytest
from django.core.management import CommandError, call_command

from visavis.foundation import codes
from visavis.journal.models import Entry
from visavis.papers import queries, trust

pytestmark = pytest.mark.django_db


def test_takes_a_paper_back_by_its_spoken_number_and_lists_it(paper):
    said, listed = io.StringIO(), io.StringIO()

    call_command("paper", "revoke", codes.spoken(paper.number), "--reason", "misused", stdout=said)
    call_command("paper", "revoked", stdout=listed)

    read = trust.read_revocation_list(listed.getvalue(), keys=queries.trusted_keys())
    assert read.numbers == {paper.number}
    assert codes.spoken(paper.number) in said.getvalue()
    assert Entry.objects.get(what="papers.revoked").actor == "paper.revoke"
    with pytest.raises(CommandError, match="taken back before"):
        call_command("paper", "revoke", paper.number, "--reason", "misused")


@pytest.mark.parametrize("number", ["482913756", "482913757", "nonsense", ""])
def test_says_so_when_there_is_no_such_paper(db, number):
    with pytest.raises(CommandError, match="digit by digit"):
        call_command("paper", "revoke", number, "--reason", "misused")
