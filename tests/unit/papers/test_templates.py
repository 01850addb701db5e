"""Where templates come from, and that a pack cannot name one that is not there."""

import shutil

import pytest

from tests.papers import CANTONS
from visavis.packs.check import check
from visavis.papers import templates


def test_a_packs_own_template_comes_before_the_rooms(settings, tmp_path):
    settings.PACK = tmp_path
    assert templates.template("permit") == templates.OWN / "permit.typ"

    own = tmp_path / "papers" / "permit.typ"
    own.parent.mkdir()
    own.write_text("own")

    assert templates.template("permit") == own


@pytest.fixture
def pack(tmp_path):
    return shutil.copytree(CANTONS / "exemple", tmp_path / "exemple")


def test_a_pack_that_names_no_template_of_ours_is_refused(pack):
    service = pack / "services" / "fishing-permit.yaml"
    service.write_text(service.read_text().replace("template: permit", "template: licence"))

    (fault,) = [fault for fault in check(pack).faults if "licence" in fault.what]

    assert fault.file == "services/fishing-permit.yaml"
    assert "permit" in fault.how


def test_a_pack_may_bring_its_own(pack):
    service = pack / "services" / "fishing-permit.yaml"
    service.write_text(service.read_text().replace("template: permit", "template: licence"))
    (pack / "papers").mkdir()
    (pack / "papers" / "licence.typ").write_text('#import "/lib/visavis.typ": *')

    assert check(pack).faults == []
