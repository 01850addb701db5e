"""What the doctor says of those who sign papers in the live world."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from tests.pdf_signatures import FROM, KEYS, certificate
from visavis.config import doctor
from visavis.config.instance import from_environment


@pytest.fixture
def live():
    return replace(from_environment(), world="live")


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Set a provider's file whose certificate is valid for so much longer."""

    def write(left: timedelta, mode: int = 0o600) -> None:
        private, file = KEYS["P-256"](), tmp_path / "provider.p12"
        life = datetime.now(UTC) - FROM + left
        own = certificate(private, life=life)
        file.write_bytes(
            pkcs12.serialize_key_and_certificates(None, private, own, None, NoEncryption())
        )
        file.chmod(mode)
        monkeypatch.setenv("VISAVIS_PDF_SIGNER", "visavis.papers.pkcs12.Pkcs12Signer")
        monkeypatch.setenv("VISAVIS_PDF_KEY", str(file))

    return write


def advice(instance) -> str:
    findings = doctor._checked(doctor._signed_papers, instance)
    return " ".join(finding.advice for finding in findings)


def test_asks_who_signs_in_the_live_world(live):
    assert "VISAVIS_PAPER_SIGNER" in advice(live)
    assert "VISAVIS_PDF_SIGNER" in advice(live)


def test_asks_nothing_outside_it():
    assert advice(from_environment()) == ""


@pytest.mark.parametrize(("days", "is_said"), [(61, False), (59, True), (-1, True)])
def test_asks_for_a_new_certificate_in_time(live, file, days, is_said):
    file(timedelta(days=days))

    assert ("new one" in advice(live)) == is_said


def test_says_that_others_can_read_the_key(live, file):
    file(timedelta(days=400), mode=0o644)

    assert "chmod 600" in advice(live)
