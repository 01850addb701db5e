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
            "%s: %s", ("Gone", "/fr/phone/photograph/s3cr3t-_/send/"),
            "Gone: /fr/phone/photograph/…/send/",
            id="the code on a screen that lends a phone",
        ),
        pytest.param(
            "%s: %s", ("Gone", "/fr/phone/s3cr3t-_/"), "Gone: /fr/phone/…/",
            id="the code on a screen that signs in",
        ),
        pytest.param("%s: %s", ("Not Found", "/en/100%/"), "Not Found: /en/100%/", id="any other"),
        pytest.param("100%", (), "100%", id="no arguments"),
    ],
)  # fmt: skip
def test_addresses_are_written_without_their_secrets(message, args, written):
    record = logging.makeLogRecord({"msg": message, "args": args})

    assert WithoutSecrets().filter(record)
    assert record.getMessage() == written
