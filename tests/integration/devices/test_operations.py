import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection

from tests.visiting import signed, texts
from visavis.devices import operations, queries
from visavis.devices.models import Device, Nonce
from visavis.journal.models import Entry
from visavis.places import schema

pytestmark = pytest.mark.django_db
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


class TestAccept:
    def test_returns_the_device_that_signed(self, device, now):
        assert operations.accept(signed(at=now), now=now) == device

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            pytest.param({"nonce": "short"}, operations.Malformed, id="no nonce"),
            pytest.param({"device": "nobody"}, operations.UnknownDevice, id="no such device"),
            pytest.param({"body": b"other"}, operations.BadSignature, id="altered on the way"),
            pytest.param({"signature": "AAAA"}, operations.BadSignature, id="no signature"),
        ],
    )
    def test_refuses_what_the_device_did_not_send(self, device, now, change, refusal):
        with pytest.raises(refusal):
            operations.accept(replace(signed(at=now), **change), now=now)

        assert not Nonce.objects.exists()

    def test_refuses_another_devices_key(self, device, now):
        with pytest.raises(operations.BadSignature):
            operations.accept(signed(at=now, key=OTHER_KEY), now=now)

    def test_refuses_a_device_without_a_key(self, second_device, now):
        with pytest.raises(operations.UnknownDevice):
            operations.accept(signed(at=now, device=second_device.code), now=now)

    @pytest.mark.parametrize("offset", [timedelta(hours=1), timedelta(days=-365)])
    def test_refuses_a_wrong_clock_and_spends_no_nonce(self, device, now, offset):
        with pytest.raises(operations.ClockSkewed):
            operations.accept(signed(at=now + offset), now=now)

        assert not Nonce.objects.exists()

    def test_refuses_the_same_request_again(self, device, now):
        request = signed(at=now)
        operations.accept(request, now=now)

        with pytest.raises(operations.Replayed):
            operations.accept(request, now=now + timedelta(seconds=60))

    def test_refuses_a_retired_device(self, device, system, now):
        operations.retire(device=device, actor=system, now=now)

        with pytest.raises(operations.OutOfService):
            operations.accept(signed(at=now), now=now)

    def test_forgets_nonces_that_cannot_come_again(self, device, now):
        operations.accept(signed(at=now), now=now)
        later = now + timedelta(minutes=11)

        operations.accept(signed(at=later), now=later)

        assert Nonce.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_simultaneous_copies_of_a_request_is_accepted(device, now):
    request = signed(at=now)

    def attempt(_: int) -> str:
        try:
            operations.accept(request, now=now)
        except operations.Replayed:
            return "replayed"
        else:
            return "accepted"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as copies:
        outcomes = sorted(copies.map(attempt, range(8)))

    assert outcomes == ["accepted"] + ["replayed"] * 7


class TestEnrol:
    def test_stores_the_key_once_and_writes_it_in_the_journal(self, second_device, system, now):
        for _ in range(2):
            operations.enrol(
                device=second_device, public_key=public(OTHER_KEY), actor=system, now=now
            )

        assert queries.device(second_device.code).public_key == public(OTHER_KEY)
        entry = Entry.objects.get()
        assert (entry.what, entry.subject) == ("devices.enrolled", f"device:{second_device.code}")

    def test_refuses_to_replace_a_key_in_passing(self, device, system, now):
        with pytest.raises(operations.KeyTaken):
            operations.enrol(device=device, public_key=public(OTHER_KEY), actor=system, now=now)

    def test_refuses_a_key_that_another_device_has(self, device, second_device, system, now):
        with pytest.raises(operations.KeyTaken):
            operations.enrol(
                device=second_device, public_key=device.public_key, actor=system, now=now
            )

    def test_refuses_what_is_no_key(self, device, system, now):
        with pytest.raises(operations.NotAKey):
            operations.enrol(device=device, public_key="AAAA", actor=system, now=now)

    def test_is_a_command_that_names_the_devices_when_one_is_unknown(self, device):
        with pytest.raises(CommandError, match="saignelegier-kiosk"):
            call_command("enrol_device", "nobody", public(OTHER_KEY))


def entry_of(site, *codes: str) -> schema.SiteEntry:
    devices = [schema.DeviceEntry(code=code, kind="kiosk", label=texts("Kiosk")) for code in codes]
    return schema.SiteEntry.model_construct(code=site.code, devices=devices)


class TestLoadDevices:
    def test_adds_keeps_withdraws_and_takes_back(self, site, now):
        first = operations.load_devices([entry_of(site, "one", "two")], now=now)
        again = operations.load_devices([entry_of(site, "one", "two")], now=now)
        fewer = operations.load_devices([entry_of(site, "one")], now=now)

        assert (first.added, bool(again), fewer.closed) == (2, False, 1)
        assert [device.code for device in Device.objects.in_service()] == ["one"]
        operations.load_devices([entry_of(site, "one", "two")], now=now)
        assert Device.objects.in_service().count() == 2

    def test_leaves_the_key_and_the_operators_word(self, device, system, now):
        operations.retire(device=device, actor=system, now=now)

        operations.load_devices([entry_of(device.site, device.code)], now=now)

        device.refresh_from_db()
        assert device.public_key
        assert not device.is_in_service

    @pytest.mark.parametrize("canton", ["jura", "exemple"])
    def test_reads_the_real_packs(self, canton, request):
        request.getfixturevalue(canton)

        kinds = set(Device.objects.in_service().values_list("kind", flat=True))
        assert kinds <= {"kiosk", "tablet"}
        assert "kiosk" in kinds
