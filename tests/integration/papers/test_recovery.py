"""A recovery certificate: asked for, accepted by an officer, printed as a specimen."""

import contextlib
import hashlib
import io
import json
import re
import unicodedata
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.filling_in import address
from tests.integration.office.test_money import address as office_address
from tests.integration.office.test_money import officer_of
from tests.integration.papers.test_printed import pages_of, scanned, text_of
from tests.judges import judged
from tests.pdf_signatures import is_signed_whole
from tests.people import make_canton
from tests.requesting import answer, entry
from visavis.cases import asking, decisions, vault
from visavis.cases import operations as cases
from visavis.cases.models import Case
from visavis.catalog.models import ServiceVersion
from visavis.catalog.operations import load_services
from visavis.foundation import icao
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.gateways.messages import fake
from visavis.journal.models import Entry
from visavis.notices import enclosures
from visavis.notices.models import Notice
from visavis.papers import followers, granted, operations, queries
from visavis.papers.dcc import demonstration, revocation, trust, verifying
from visavis.papers.models import Paper
from visavis.papers.rules import DocumentKind, RevokeReason

pytestmark = pytest.mark.django_db
OFFICER = Actor(Kind.OFFICER, "p-officer00009", Channel.WEB, roles=frozenset({"officer@health"}))


@pytest.fixture
def accepted(db, elodie, now, settings) -> Case:
    """A request that no register settled and an officer of the office of health accepted."""
    settings.LABORATORY_REGISTER = {"url": "", "token": ""}
    make_canton(now)
    load_services([entry("jura", "recovery-certificate")], redated={}, now=now)
    service = ServiceVersion.objects.get(code="recovery-certificate", written_from="2022-02-17")
    case = cases.start(service=service, language="fr", actor=elodie, now=now)
    positive = (now - timedelta(days=20)).date().isoformat()
    answers = {
        "analysis": "pcr", "country": "ch", "first_positive_on": positive,
        "given_name": "Zoé", "family_name": "Müller-Żółć", "birth_date": "1961-04",
        "delivery": "post", "street": "Rue de la Truite", "house_number": "4", "postal_code": "2350",
        "locality": "Saignelégier",
    }  # fmt: skip
    case = answer(case, answers, actor=elodie, at=now)
    case = cases.submit(case_id=case.pk, actor=elodie, now=now)
    asking.answer(case_id=case.pk, now=now)
    assert not Paper.objects.exists()
    decisions.take(case_id=case.pk, actor=OFFICER, now=now)
    return decisions.accept(case_id=case.pk, actor=OFFICER, now=now)


def test_the_paper_carries_a_certificate_that_verifies(accepted, now, run_jobs):
    run_jobs()
    paper = Paper.objects.get(subject=accepted.subject)
    pdf = queries.pdf_of(paper, DocumentKind.PAPER)
    listed = trust.written_list(dict.fromkeys(demonstration.keys().certificates(), "CH"))

    text = eu_text(paper)
    verdict = verifying.verify(text, signers=trust.read_list(listed), now=now)
    entry_ = verdict.certificate.entry
    assert verdict.is_valid
    assert verdict.certificate.name.family_transliterated == "MUELLER<ZOLC"
    assert entry_.issuer.startswith("SPECIMEN")
    first = (now - timedelta(days=20)).date()
    assert entry_.valid_until == (first + timedelta(days=179)).isoformat()
    assert "clé de démonstration" in text_of(pdf)
    assert judged(pdf) == []
    assert is_signed_whole(pdf)
    assert pages_of(pdf) == 1


class TestTakenBack:
    @pytest.fixture
    def issued(self, accepted, run_jobs) -> Paper:
        run_jobs()
        return Paper.objects.get(subject=accepted.subject)

    @pytest.fixture
    def verified(self, monkeypatch, tmp_path):
        """Verify the code that is printed, as another country would: by text and the two lists."""

        def run(paper: Paper) -> dict:
            files = {}
            for verb, option in (("keys", "--trust"), ("revoked", "--revoked")):
                listed, file = io.StringIO(), tmp_path / f"{verb}.json"
                call_command("dcc", verb, stdout=listed)
                file.write_text(listed.getvalue())
                files[option] = str(file)
            monkeypatch.setattr("sys.stdin", io.StringIO(eu_text(paper) + "\n"))
            said = io.StringIO()
            options = [word for pair in files.items() for word in pair]
            at = paper.issued_at.isoformat()
            with contextlib.suppress(SystemExit):
                call_command("dcc", "verify", *options, "--at", at, stdout=said)
            return json.loads(said.getvalue())

        return run

    def test_is_good_until_it_is_taken_back_and_refused_from_then_on(self, issued, verified, now):
        before = verified(issued)
        operations.revoke(
            paper_id=issued.pk, reason=RevokeReason.ISSUED_IN_ERROR, actor=OFFICER, now=now
        )
        after = verified(issued)

        assert (before["valid"], before["revocations"]) == (True, True)
        assert (after["valid"], after["refusal"]) == (False, "revoked")

    def test_another_certificate_stays_good(self, issued, verified, now):
        other = hashlib.sha256(b"urn:uvci:01:CH:OTHER").digest()[:16].hex()
        Paper.objects.filter(pk=issued.pk).update(eu_hash=other)
        operations.revoke(paper_id=issued.pk, reason=RevokeReason.MISUSED, actor=OFFICER, now=now)

        assert verified(issued)["valid"]

    def test_stays_taken_back_once_everything_else_is_erased(self, issued, now):
        operations.revoke(paper_id=issued.pk, reason=RevokeReason.MISUSED, actor=OFFICER, now=now)
        vault.destroy(UUID(issued.subject.removeprefix("case:")))

        (one,) = revocation.read_list(queries.eu_revocation_list())
        assert one.hash.hex() == issued.eu_hash
        assert (one.country, one.key_id) == ("CH", None)

    def test_the_identifier_lies_under_the_key_of_the_case_only(self, issued, now):
        text = str(list(Paper.objects.values_list())) + str(list(Entry.objects.values_list()))
        with connection.cursor() as cursor:
            cursor.execute("SELECT papers_paper::text FROM papers_paper")
            text += cursor.fetchone()[0]
        identifier = identifier_of(issued)

        assert identifier.startswith("urn:uvci:01:CH:")
        assert revocation.hash_of(identifier).hex() == issued.eu_hash
        assert identifier[-24:] not in text
        assert identifier.encode().hex() not in text

    def test_the_public_lists_are_those_of_the_commands(self, issued, now):
        operations.revoke(paper_id=issued.pk, reason=RevokeReason.MISUSED, actor=OFFICER, now=now)

        revoked, keys = Client().get("/check/eu-revoked.json"), Client().get("/check/eu-keys.json")

        assert revoked.content.decode() == queries.eu_revocation_list()
        assert len(revocation.read_list(revoked.content.decode())) == 1
        assert len(trust.read_list(keys.content.decode())) == 1
        for response in (revoked, keys):
            assert response["Content-Type"] == "application/json"
            assert response["Cache-Control"] == "public, max-age=300"
            assert not response.cookies

    def test_the_check_page_leads_to_the_lists_where_such_codes_are_issued(self, issued, settings):
        page = Client().get("/fr/check/").content.decode()
        settings.WORLD = "practice"
        elsewhere = Client().get("/fr/check/").content.decode()

        assert "/check/eu-revoked.json" in page
        assert "/check/eu-revoked.json" not in elsewhere
        assert Client().get("/check/eu-keys.json").status_code == 404

    def test_a_permit_is_none_of_the_eus(self, paper, officer, now):
        operations.revoke(paper_id=paper.pk, reason=RevokeReason.MISUSED, actor=officer, now=now)

        assert paper.eu_hash == ""
        assert revocation.read_list(queries.eu_revocation_list()) == frozenset()

    def test_the_database_takes_no_half_hash(self, issued):
        with pytest.raises(IntegrityError, match="papers_eu_hash_is_whole"), transaction.atomic():
            Paper.objects.filter(pk=issued.pk).update(eu_hash="abc")


def eu_text(paper: Paper) -> str:
    pdf = queries.pdf_of(paper, DocumentKind.PAPER)
    (text,) = [code for code in scanned(pdf, dots_an_inch=200) if code.startswith("HC1:")]
    return text


def identifier_of(paper: Paper) -> str:
    plain = granted.opened(paper.subject, bytes(paper.sealed), context=queries.context_of(paper))
    return json.loads(plain)["eu_identifier"]


class TestByPost:
    @pytest.fixture
    def issued(self, accepted, now):
        followers.issue_the_paper(str(accepted.pk), now)
        return Paper.objects.get(subject=accepted.subject)

    @pytest.fixture
    def letter(self, issued):
        return Notice.objects.get(channel="letter")

    @pytest.fixture
    def envelopes(self, monkeypatch):
        """What the print partner was handed."""
        handed = []
        monkeypatch.setattr(fake.Fake, "deliver", lambda _self, message: handed.append(message))
        return handed

    def test_a_letter_brings_the_paper_itself(self, issued, letter, now, run_jobs, envelopes):
        assert queries.posted([issued]) == {issued.pk: None}
        run_jobs()

        (envelope,) = envelopes
        assert envelope.address.splitlines() == [
            "Zoé Müller-Żółć", "Rue de la Truite 4", "2350 Saignelégier",
        ]  # fmt: skip
        assert envelope.enclosure == queries.pdf_of(issued, DocumentKind.PAPER)
        assert queries.posted([issued]) == {issued.pk: now}
        assert Entry.objects.filter(
            what="papers.handed_out", subject=f"paper:{issued.pk}", details__way="letter"
        ).exists()

    def test_no_copy_of_the_paper_lies_in_the_outbox(self, issued, letter):
        assert letter.enclosure == f"paper:{issued.pk}"
        assert "%PDF" not in letter.body

    def test_issuing_again_sends_nothing_more(self, accepted, letter, now):
        followers.issue_the_paper(str(accepted.pk), now)

        assert Notice.objects.count() == 1

    def test_what_is_taken_back_meanwhile_does_not_go_out(
        self, issued, letter, system, now, run_jobs, envelopes
    ):
        operations.revoke(
            paper_id=issued.pk, reason=RevokeReason.ISSUED_IN_ERROR, actor=system, now=now
        )
        run_jobs()

        letter.refresh_from_db()
        assert (letter.state, envelopes) == ("failed", [])
        assert queries.posted([issued]) == {}

    def test_its_holder_sees_it_and_the_outbox_shows_what_lies_in_it(
        self, issued, letter, citizen, now, run_jobs, client, settings
    ):
        client.force_login(citizen)
        assert "Est en route par la poste" in shown(client, "paper", issued.pk)
        run_jobs()
        assert "Envoyé par la poste le" in shown(client, "paper", issued.pk)
        assert "Signez" not in shown(client, "paper", issued.pk)

        enclosed = client.get(address("outbox_enclosure", letter.pk))
        assert enclosed.content.startswith(b"%PDF")
        assert address("outbox_enclosure", letter.pk) in shown(client, "outbox")
        settings.WORLD = "live"
        assert client.get(address("outbox_enclosure", letter.pk)).status_code == 404

    def test_the_office_sees_that_it_left(self, accepted, letter, now, run_jobs):
        helene = officer_of("health", now, "helene@example.ch")
        run_jobs()

        page = helene.get(office_address("case", accepted.pk)).content.decode()

        assert re.search(r"Lettre\s*: envoy", page)

    def test_a_letter_with_nothing_has_no_such_page(self, issued, letter, client):
        Notice.objects.update(enclosure="")

        assert client.get(address("outbox_enclosure", letter.pk)).status_code == 404

    def test_what_nobody_keeps_is_not_enclosed(self, now):
        for name in ("", "photo:1", "paper:1", "paper:00000000-0000-0000-0000-000000000000"):
            with pytest.raises(enclosures.NothingToEnclose):
                enclosures.fetched(name, now=now)

    def test_only_letters_enclose(self, letter):
        with pytest.raises(IntegrityError, match="notices_only_letters_enclose"):
            Notice.objects.update(channel="mail")


def shown(client, *where) -> str:
    return str(client.get(address(*where)).content.decode())


def test_no_other_world_issues_it(accepted, now, settings):
    settings.WORLD = "practice"

    with pytest.raises(demonstration.NotIssuedHere):
        followers.issue_the_paper(str(accepted.pk), now)

    assert not Paper.objects.exists()


def test_every_letter_that_the_form_takes_can_be_written_for_machines():
    form = entry("jura", "recovery-certificate").versions[-1].form
    letters = [chr(code) for code in (*range(0xC0, 0x17F), *map(ord, "ȘșȚț"))]

    assert form.field("family_name").pattern == "[A-Za-zÀ-ÖØ-öø-žȘșȚț' ’.-]+"
    for letter in letters:
        if unicodedata.category(letter).startswith("L"):
            assert icao.transliterated(letter)
