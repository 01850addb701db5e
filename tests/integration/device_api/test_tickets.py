import json
from datetime import timedelta

import pytest
from django.test import Client

from tests.visiting import HOME, signed
from visavis.devices import operations as devices
from visavis.devices.rules import SignedRequest
from visavis.foundation import database
from visavis.visits import queries
from visavis.visits.models import Ticket

pytestmark = pytest.mark.django_db
BODY = json.dumps({"home": HOME}).encode()


def send(request: SignedRequest, **headers: str):
    sent = {
        "Visavis-Device": request.device,
        "Visavis-Timestamp": str(request.timestamp),
        "Visavis-Nonce": request.nonce,
        "Visavis-Signature": request.signature,
        **headers,
    }
    return Client().post(request.path, request.body, content_type="application/json", headers=sent)


class TestIssue:
    def test_answers_with_the_path_of_the_attract_screen(self, device):
        now = database.now()

        response = send(signed(at=now, body=BODY))

        assert response.status_code == 201
        assert response["Cache-Control"] == "no-store"
        answer = response.json()
        path, _, ticket = answer["start"].partition("?ticket=")
        assert path.endswith("/kiosk/")
        assert answer["expires_in_s"] == 900
        facts = queries.ticket(ticket, now=now)
        assert facts is not None
        assert (facts.device, facts.home) == (device, HOME)

    def test_keeps_one_ticket_for_a_device_however_often_it_asks(self, device):
        for _ in range(3):
            send(signed(at=database.now(), body=BODY))

        assert Ticket.objects.count() == 1

    def test_refuses_the_same_request_again(self, device):
        request = signed(at=database.now(), body=BODY)

        assert [send(request).status_code for _ in range(2)] == [201, 409]
        assert send(request).json()["refusal"] == "replayed"

    def test_tells_a_device_with_a_wrong_clock_what_time_it_is(self, device):
        now = database.now()

        response = send(signed(at=now - timedelta(days=20_000), body=BODY))

        assert response.status_code == 401
        assert response.json()["refusal"] == "clock_skewed"
        assert abs(response.json()["time"] - now.timestamp()) < 30

    @pytest.mark.parametrize(
        ("changes", "status", "refusal"),
        [
            pytest.param({"Visavis-Device": "nobody"}, 401, "unknown_device", id="unknown"),
            pytest.param({"Visavis-Device": ""}, 401, "unknown_device", id="no name"),
            pytest.param({"Visavis-Signature": "AAAA"}, 401, "bad_signature", id="not signed"),
            pytest.param({"Visavis-Nonce": "x"}, 400, "malformed", id="no nonce"),
            pytest.param({"Visavis-Timestamp": "now"}, 400, "malformed", id="no timestamp"),
            pytest.param({"Visavis-Timestamp": "9" * 30}, 400, "malformed", id="endless"),
            pytest.param({"Visavis-Timestamp": "٣"}, 400, "malformed", id="foreign digits"),
        ],
    )
    def test_names_each_refusal(self, device, changes, status, refusal):
        encoded = {k: v.encode().decode("latin-1") for k, v in changes.items()}

        response = send(signed(at=database.now(), body=BODY), **encoded)

        assert (response.status_code, response.json()["refusal"]) == (status, refusal)
        assert not Ticket.objects.exists()

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"{}", b'{"home": "https://example.org/"}', b'{"home": 3}']
    )
    def test_refuses_a_body_that_names_no_home_on_the_device(self, device, body):
        response = send(signed(at=database.now(), body=body))

        assert (response.status_code, response.json()["refusal"]) == (400, "malformed")

    def test_refuses_a_retired_device(self, device, system):
        devices.retire(device=device, actor=system, now=database.now())

        response = send(signed(at=database.now(), body=BODY))

        assert (response.status_code, response.json()["refusal"]) == (403, "out_of_service")

    def test_refuses_one_that_asks_without_end(self, device, monkeypatch):
        monkeypatch.setattr("visavis.doors.device_api.signed.REQUESTS_A_MINUTE", 2)

        statuses = [send(signed(at=database.now(), body=BODY)).status_code for _ in range(5)]

        assert 429 in statuses[2:]

    def test_answers_only_post(self, device):
        assert Client().get("/device/tickets").status_code == 405
