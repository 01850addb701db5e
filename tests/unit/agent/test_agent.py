import stat

import pytest
from visavis_agent import keys, offline
from visavis_agent.signing import Signer

from visavis.devices import rules


class TestKeys:
    def test_makes_a_key_once_that_only_its_owner_reads(self, tmp_path):
        path = tmp_path / "deep" / "key.pem"

        first, second = keys.ensure(path), keys.ensure(path)

        assert keys.public_text(first) == keys.public_text(second)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [file.name for file in path.parent.iterdir()] == ["key.pem"]

    def test_never_replaces_a_damaged_key_in_silence(self, tmp_path):
        path = tmp_path / "key.pem"
        path.write_text("nonsense")
        path.chmod(0o600)

        with pytest.raises(keys.KeyTrouble, match="enrol the device anew"):
            keys.ensure(path)

        assert path.read_text() == "nonsense"

    def test_refuses_a_key_that_others_can_read(self, tmp_path):
        path = tmp_path / "key.pem"
        keys.ensure(path)
        path.chmod(0o644)

        with pytest.raises(keys.KeyTrouble, match="chmod 600"):
            keys.ensure(path)


class TestSigner:
    def test_signs_what_the_counter_believes_each_time_with_another_nonce(self, tmp_path):
        key = keys.ensure(tmp_path / "key.pem")
        signer = Signer("saignelegier-kiosk", key)

        sent = [
            signer.headers(
                method="POST", path="/device/tickets", body=b"{}", timestamp=1_800_000_000
            )
            for _ in range(2)
        ]

        assert sent[0]["Visavis-Nonce"] != sent[1]["Visavis-Nonce"]
        for headers in sent:
            request = rules.SignedRequest(
                device=headers["Visavis-Device"],
                method="POST",
                path="/device/tickets",
                body=b"{}",
                timestamp=int(headers["Visavis-Timestamp"]),
                nonce=headers["Visavis-Nonce"],
                signature=headers["Visavis-Signature"],
            )
            assert rules.is_nonce(request.nonce)
            assert rules.is_signed_by(keys.public_text(key), request)

    def test_does_not_show_its_key_when_printed(self, tmp_path):
        signer = Signer("saignelegier-kiosk", keys.ensure(tmp_path / "key.pem"))

        assert "key" not in repr(signer)


class TestOfflinePage:
    @pytest.mark.parametrize("sentences", [offline.SENTENCES, offline.OUT_OF_SERVICE])
    def test_says_it_in_four_languages_and_asks_again_without_a_script(self, sentences):
        page = offline.page(sentences, device="saignelegier-kiosk").decode()

        assert all(f'lang="{language}"' in page for language in ("fr", "de", "it", "en"))
        assert 'http-equiv="refresh"' in page
        assert "<script" not in page
        assert page.count("<h1>") == 1

    def test_cannot_be_written_into_by_a_device_code(self):
        assert b"<b>" not in offline.page(offline.SENTENCES, device="<b>")
