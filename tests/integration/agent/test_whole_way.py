"""The real agent against the real counter, over sockets."""

import http.client
import threading
from urllib.parse import urlsplit

import pytest
from visavis_agent.demonstration import Launcher
from visavis_agent.signing import Signer
from visavis_agent.tickets import Counter

from tests.visiting import KEY
from visavis.devices.models import Device


@pytest.mark.django_db(transaction=True)
def test_the_agent_leads_a_browser_to_an_attract_screen_it_can_start_from(live_server, device):
    counter = Counter(live_server.url, Signer(device.code, KEY))
    with Launcher(0, device=device.code, counter=counter) as launcher:
        threading.Thread(target=launcher.serve_forever, args=(0.01,), daemon=True).start()

        sent = get(launcher.home)
        shown = get(sent.headers["Location"])
        Device.objects.update(in_service=False)
        refused = get(launcher.home)
        launcher.shutdown()

    assert sent.status == 303
    assert shown.status == 200
    assert f"url={launcher.home}" in shown.page
    assert refused.status == 503


def get(url: str) -> http.client.HTTPResponse:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
    response = connection.getresponse()
    response.page = response.read().decode()
    connection.close()
    return response
