"""Loading packs: all or nothing, once and again, in live and elsewhere."""

import shutil
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.fixtures import CANTONS
from visavis.catalog import queries as catalog
from visavis.catalog.models import ServiceVersion
from visavis.devices.models import Device
from visavis.journal.models import Entry
from visavis.packs import operations
from visavis.packs.overlay import ANCHOR_KEPT
from visavis.places.models import (
    Canton,
    Commune,
    Holiday,
    Locality,
    Organisation,
    Partnership,
    Site,
)

pytestmark = pytest.mark.django_db
TABLES = (
    Canton,
    Commune,
    Holiday,
    Locality,
    Organisation,
    Partnership,
    Site,
    ServiceVersion,
    Device,
)


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "exemple"
    shutil.copytree(CANTONS / "exemple", copy)
    return copy


@pytest.fixture
def load(system, now):
    def load(folder, *, world="live", at=now, **options):
        return operations.load(folder, world=world, actor=system, now=at, **options)

    return load


def change(folder, file, before, after):
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1))


def everything():
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


class TestLoad:
    @pytest.mark.parametrize("canton", ["jura", "exemple"])
    @pytest.mark.parametrize("world", ["live", "demonstration"])
    def test_changes_nothing_the_second_time(self, canton, world, load):
        assert load(CANTONS / canton, world=world).changes
        before = everything()

        again = load(CANTONS / canton, world=world)

        assert not again.changes
        assert everything() == before
        assert Entry.objects.filter(what="packs.loaded").count() == 1

    def test_leaves_everything_when_the_pack_has_a_fault(self, folder, load):
        load(folder)
        before = everything()
        change(folder, "sites.yaml", "Poste de Seebruck", "Poste de Seebrück")
        change(folder, "themes.yaml", "icon: dog", "icon: dragon")

        with pytest.raises(operations.PackHasFaults) as refusal:
            load(folder)

        assert [fault.file for fault in refusal.value.faults] == ["themes.yaml"]
        assert everything() == before

    def test_leaves_everything_when_a_room_refuses_late(self, folder, load, monkeypatch):
        load(folder)
        before = everything()
        change(folder, "sites.yaml", "Poste de Seebruck", "Poste de Seebrück")
        monkeypatch.setattr(operations.devices, "load_devices", lambda *_, **__: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            load(folder)

        assert everything() == before

    def test_writes_only_what_differs(self, folder, load, now):
        load(folder)
        change(folder, "sites.yaml", "Poste de Seebruck", "Poste de Seebrück")

        loaded = load(folder, at=now + timedelta(hours=1))

        assert (loaded.changes.added, loaded.changes.changed, loaded.changes.closed) == (0, 2, 0)
        assert Site.objects.get(code="seebruck").names["fr"] == "Poste de Seebrück"

    def test_refuses_another_canton(self, exemple, load):
        with pytest.raises(operations.AnotherCanton):
            load(CANTONS / "jura")

    def test_withdraws_what_is_gone_and_takes_it_back(self, folder, load):
        load(folder)
        service = folder / "services/market-stall.yaml"
        kept = service.read_text()
        service.unlink()

        load(folder)

        (version,) = ServiceVersion.objects.filter(code="market-stall")
        assert version.withdrawn_at is not None
        with pytest.raises(catalog.NoSuchService):
            catalog.service("market-stall", on=date(2026, 10, 25))

        service.write_text(kept)
        load(folder)

        version.refresh_from_db()
        assert version.withdrawn_at is None

    def test_lets_two_versions_trade_places(self, folder, load):
        load(folder)
        file = "services/library-card.yaml"
        change(folder, file, "valid_until: 2025-07-01", "valid_until: 2025-09-01")
        change(folder, file, "- valid_from: 2025-07-01", "- valid_from: 2025-09-01")

        load(folder)

        standing = ServiceVersion.objects.standing().filter(code="library-card")
        assert [v.valid_from for v in standing.order_by("valid_from")] == [
            date(2024, 1, 1),
            date(2025, 9, 1),
        ]

    def test_tells_every_process_by_a_new_version(self, folder, load):
        first = load(folder).version
        change(folder, "texts/about.fr.md", "# ", "# Bienvenue ")

        assert load(folder).version != first
        assert Canton.objects.get().texts["about"]["fr"].startswith("# Bienvenue")


class TestIsLoaded:
    def test_knows_files_world_and_anchor(self, folder, load, now):
        def is_loaded(world="demonstration", at=now):
            return operations.is_loaded(folder, world=world, now=at)

        assert not is_loaded()
        load(folder, world="demonstration")

        assert is_loaded()
        assert is_loaded(at=now + ANCHOR_KEPT)
        assert not is_loaded(at=now + ANCHOR_KEPT + timedelta(days=1))
        assert not is_loaded(world="live")

        change(folder, "texts/about.fr.md", "# ", "# Bienvenue ")
        assert not is_loaded()


class TestOverlay:
    def test_is_not_loaded_in_live(self, load):
        load(CANTONS / "exemple", world="live")

        site = Site.objects.get(code="seebruck")
        assert [stage.starts_on.year for stage in site.stages_in_order] == [2023, 2024]
        assert Canton.objects.get().demonstration == {}

    def test_dates_the_pilot_relative_to_today_elsewhere(self, load, now):
        load(CANTONS / "exemple", world="demonstration")

        today = date(2026, 10, 25)
        site = Site.objects.get(code="seebruck")
        assert [stage.starts_on for stage in site.stages_in_order] == [
            today - timedelta(days=60),
            today - timedelta(days=10),
        ]
        assert Partnership.objects.get().valid_from == today - timedelta(days=10)
        assert Canton.objects.get().demonstration["de"].startswith("Demonstration")

    def test_keeps_its_anchor_until_it_is_old(self, load, now):
        load(CANTONS / "exemple", world="demonstration")

        later = load(CANTONS / "exemple", world="demonstration", at=now + ANCHOR_KEPT)
        assert not later.changes

        much_later = now + ANCHOR_KEPT + timedelta(days=1)
        assert load(CANTONS / "exemple", world="demonstration", at=much_later).changes
        assert Canton.objects.get().anchored_on == much_later.date()

    def test_refuses_to_move_versions_onto_each_other(self, folder, load):
        (folder / "demo/overlay.yaml").write_text(
            (folder / "demo/overlay.yaml").read_text()
            + "services:\n  - {code: library-card, version: 2024-01-01, from: -900, until: null}\n"
        )

        with pytest.raises(operations.PackHasFaults) as refusal:
            load(folder, world="demonstration")

        assert "library-card" in refusal.value.faults[0].what
        assert not Canton.objects.exists()


class TestCommand:
    def test_check_says_what_was_found_good(self):
        said = StringIO()

        call_command("pack", "check", str(CANTONS / "exemple"), stdout=said)

        assert "no fault found" in said.getvalue()
        assert "8 services" in said.getvalue()

    def test_check_groups_faults_by_file_and_ends_with_their_number(self, folder):
        change(folder, "sites.yaml", "organisation: post", "organisation: psot")
        said = StringIO()

        with pytest.raises(CommandError, match="1 fault in 1 file"):
            call_command("pack", "check", str(folder), stderr=said, no_color=True)

        assert "sites.yaml\n  line 2: “psot” is not in organisations.yaml" in said.getvalue()
        assert "perhaps post is meant?" in said.getvalue()

    def test_load_says_what_it_did(self, settings):
        settings.WORLD = "live"
        said = StringIO()

        call_command("pack", "load", str(CANTONS / "exemple"), stdout=said)
        call_command("pack", "load", str(CANTONS / "exemple"), stdout=said)

        first, second = said.getvalue().splitlines()
        assert "added" in first
        assert "nothing to change" in second
