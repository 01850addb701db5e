"""What must not stand in logs."""

import logging

import pytest

from visavis.config.logs import WithoutSecrets


@pytest.mark.parametrize(
    ("message", "args", "written"),
    [
        pytest.param(
            "%s: %s", ("Not Found", "/feeds/lanes/s3cr3t-_.ics"), "Not Found: /feeds/lanes/…",
            id="the secret of a feed",
        ),
        pytest.param(
            "%s: %s", ("Unprocessable", "/fr/phone/photograph/t0k-e_n/send/"),
            "Unprocessable: /fr/phone/photograph/…/send/", id="what lends a phone",
        ),
        pytest.param(
            "%s: %s", ("Forbidden", "/fr/phone/t0k-e_n/?x"), "Forbidden: /fr/phone/…/?x",
            id="what signs in by phone",
        ),
        pytest.param("%s: %s", ("Not Found", "/en/100%/"), "Not Found: /en/100%/", id="any other"),
        pytest.param("100%", (), "100%", id="no arguments"),
    ],
)  # fmt: skip
def test_addresses_are_written_without_their_secrets(message, args, written):
    record = logging.makeLogRecord({"msg": message, "args": args})

    assert WithoutSecrets().filter(record)
    assert record.getMessage() == written
