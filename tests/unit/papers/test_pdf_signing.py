"""Who may sign PDFs: the demonstration's key, a provider's file, or nobody."""

import stat
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from tests.papers import ISSUED
from tests.pdf_signatures import FROM, KEYS, certificate
from visavis.papers import certified_keys, key_files, pdf_signing
from visavis.papers.pkcs12 import Pkcs12Signer
from visavis.papers.signing import NoSigner

PASSPHRASE = "open sesame"
ENCIPHERS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=True,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.VAR = tmp_path
    settings.PDF_SIGNER = ""


@pytest.fixture
def handed_over(settings, tmp_path):
    """Write a provider's file, and set it."""

    def write(kind="P-256", *, mode=0o600, **said) -> None:
        private = KEYS[kind]()
        file = tmp_path / "provider.p12"
        file.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"papers",
                private,
                certificate(private, **said),
                None,
                BestAvailableEncryption(PASSPHRASE.encode()),
            )
        )
        file.chmod(mode)
        settings.PDF_SIGNER = "visavis.papers.pkcs12.Pkcs12Signer"
        settings.PDF_KEY, settings.PDF_PASSPHRASE = str(file), PASSPHRASE

    return write


class TestDemonstrationKeys:
    def test_are_made_once_and_for_their_owner_only(self, tmp_path):
        first, second = pdf_signing.signer(ISSUED), pdf_signing.signer(ISSUED + timedelta(days=1))

        assert first.certificate == second.certificate
        (file,) = (tmp_path / "keys" / "pdf").glob("*.pem")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_say_that_nothing_follows_from_them(self):
        subject = x509.load_der_x509_certificate(pdf_signing.signer(ISSUED).certificate).subject

        assert "O=SPECIMEN" in subject.rfc4514_string()

    def test_may_sign_documents_and_nothing_else(self):
        made = x509.load_der_x509_certificate(pdf_signing.signer(ISSUED).certificate)

        usage = made.extensions.get_extension_for_class(x509.KeyUsage).value
        assert usage.digital_signature
        assert usage.content_commitment
        assert not usage.key_cert_sign
        assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca

    def test_are_renewed_a_year_before_they_end(self):
        first = pdf_signing.signer(ISSUED).certificate
        life, renewed = pdf_signing.PURPOSE.life, pdf_signing.PURPOSE.renewed_before

        at_the_edge = pdf_signing.signer(ISSUED + life - renewed).certificate
        later = pdf_signing.signer(ISSUED + life - renewed + timedelta(seconds=1)).certificate

        assert at_the_edge == first != later

    def test_sign_nothing_once_others_can_read_them(self, tmp_path):
        pdf_signing.signer(ISSUED)
        (file,) = (tmp_path / "keys" / "pdf").glob("*.pem")
        file.chmod(0o640)

        with pytest.raises(key_files.KeyFileOpen, match="chmod 600"):
            pdf_signing.signer(ISSUED)

    def test_sign_nothing_with_the_key_of_another_certificate(self, tmp_path):
        pdf_signing.signer(ISSUED)
        (file,) = (tmp_path / "keys" / "pdf").glob("*.pem")
        file.write_bytes(
            KEYS["P-256"]().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )

        with pytest.raises(certified_keys.NotItsKey, match=file.name):
            pdf_signing.signer(ISSUED)

    def test_are_not_for_the_live_world(self, settings, tmp_path):
        settings.WORLD = "live"

        with pytest.raises(NoSigner, match="VISAVIS_PDF_SIGNER"):
            pdf_signing.signer(ISSUED)
        assert not (tmp_path / "keys" / "pdf").exists()


class TestPkcs12Signer:
    @pytest.mark.parametrize("kind", list(KEYS))
    def test_signs_with_the_key_in_the_file(self, handed_over, settings, kind):
        handed_over(kind)
        settings.WORLD = "live"

        signer = pdf_signing.signer(ISSUED)

        assert isinstance(signer, Pkcs12Signer)
        named = x509.load_der_x509_certificate(signer.signer.certificate).public_key()
        assert signer.signer.private.public_key() == named

    def test_takes_a_certificate_that_names_no_usage(self, handed_over):
        handed_over(usage=None)

        assert pdf_signing.signer(ISSUED)

    @pytest.mark.parametrize(
        ("said", "refusal"),
        [
            pytest.param({"usage": ENCIPHERS}, "not made for signing", id="for something else"),
            pytest.param({"life": timedelta(days=1)}, "from 2020-01-01 to 2020-01-02", id="over"),
        ],
    )
    def test_refuses_a_certificate_that_does_not_fit(self, handed_over, said, refusal):
        handed_over(**said)

        with pytest.raises(NoSigner, match=refusal):
            pdf_signing.signer(ISSUED).sign(b"", now=ISSUED)

    def test_refuses_a_certificate_that_has_not_begun(self, handed_over):
        handed_over()

        with pytest.raises(NoSigner, match="valid from 2020-01-01"):
            pdf_signing.signer(ISSUED).sign(b"", now=FROM - timedelta(seconds=1))

    def test_refuses_a_wrong_passphrase(self, handed_over, settings):
        handed_over()
        settings.PDF_PASSPHRASE = "sesame"

        with pytest.raises(NoSigner, match="VISAVIS_PDF_PASSPHRASE"):
            pdf_signing.signer(ISSUED)

    def test_refuses_a_file_that_others_can_read(self, handed_over):
        handed_over(mode=0o644)

        with pytest.raises(key_files.KeyFileOpen, match=r"provider\.p12"):
            pdf_signing.signer(ISSUED)

    @pytest.mark.parametrize("named", ["", "nowhere.p12"])
    def test_refuses_a_file_that_is_not_there(self, settings, named, tmp_path):
        settings.PDF_SIGNER = "visavis.papers.pkcs12.Pkcs12Signer"
        settings.PDF_KEY = named and str(tmp_path / named)

        with pytest.raises(NoSigner, match="VISAVIS_PDF_KEY"):
            pdf_signing.signer(ISSUED)

    def test_refuses_the_certificate_of_another_key(self, handed_over, monkeypatch):
        handed_over()
        other = KEYS["P-256"]()
        monkeypatch.setattr(
            "cryptography.hazmat.primitives.serialization.pkcs12.load_pkcs12",
            lambda *_: pkcs12.PKCS12KeyAndCertificates(
                other, pkcs12.PKCS12Certificate(certificate(KEYS["P-256"]()), None), []
            ),
        )

        with pytest.raises(NoSigner, match="another key"):
            pdf_signing.signer(ISSUED)
