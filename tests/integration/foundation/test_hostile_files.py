"""Files that were made to do harm: every one is refused by its name, in a process that ends."""

import io
import os
import struct
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from tests import sending
from tests.sending import CATALOG, PAGE, PAGES, raw_pdf
from visavis.foundation.files import limited, refusals
from visavis.foundation.files.examining import ExaminerBroken, examine
from visavis.foundation.files.types import STANDARD

Name, Array, Dictionary = pikepdf.Name, pikepdf.Array, pikepdf.Dictionary


def png(width: int, height: int, packed: bytes) -> bytes:
    """Return a PNG of one bit a pixel that says this size, whatever its data hold."""

    def piece(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pieces = piece(b"IHDR", header) + piece(b"IDAT", packed) + piece(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + pieces


class TestKinds:
    @pytest.mark.parametrize(
        ("content", "refusal"),
        [
            pytest.param(b"GIF89a" + bytes(50), refusals.UnknownKind, id="another picture"),
            pytest.param(b"<svg onload='x()'/>", refusals.UnknownKind, id="a picture that acts"),
            pytest.param(b"<html><script>", refusals.UnknownKind, id="a page"),
            pytest.param(b"MZ" + bytes(200), refusals.UnknownKind, id="a program"),
            pytest.param(b"PK\x03\x04" + bytes(50), refusals.UnknownKind, id="an archive"),
            pytest.param(b"\n%PDF-1.7", refusals.UnknownKind, id="a document behind a line"),
            pytest.param(
                b"\0\0\0\x18ftypheic" + bytes(50), refusals.ForeignPicture, id="a telephone's own"
            ),
            pytest.param(b"\xff\xd8\xff", refusals.Damaged, id="a signature alone"),
            pytest.param(b"%PDF-1.7\n%%EOF", refusals.Damaged, id="a frame alone"),
        ],
    )
    def test_are_told_by_content(self, content: bytes, refusal: type[refusals.FileRefused]) -> None:
        with pytest.raises(refusal):
            examine(content)


class TestPictures:
    def test_that_unpack_to_more_than_memory_holds_are_refused(self) -> None:
        with pytest.raises(refusals.TooManyPixels):
            examine(png(50_000, 50_000, sending.zeros(64 << 20)))

    def test_that_hold_less_than_they_say_are_damaged(self) -> None:
        with pytest.raises(refusals.Damaged):
            examine(png(5_000, 5_000, zlib.compress(bytes(10))))

    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
    def test_cut_off_are_damaged(self, form: str) -> None:
        noise = Image.effect_noise((200, 200), 90).convert("RGB")
        target = io.BytesIO()
        noise.save(target, form)

        with pytest.raises(refusals.Damaged):
            examine(target.getvalue()[: len(target.getvalue()) // 2])

    def test_with_a_second_file_behind_them_are_kept_without_it(self) -> None:
        hidden = b"PK\x03\x04<script>alert(1)</script>"

        kept = examine(sending.picture("JPEG") + hidden).content

        assert hidden not in kept
        assert b"script" not in kept

    def test_that_need_more_memory_than_there_is_are_refused(self) -> None:
        sent = png(20_000, 20_000, sending.zeros(51 << 20))

        with pytest.raises(refusals.TooManyPixels):
            examine(sent, limits=replace(STANDARD, pixels=500_000_000, memory=450 << 20))


def with_root(**entries: object) -> bytes:
    made = sending.document()
    for key, value in entries.items():
        made.Root[f"/{key}"] = value
    return sending.written(made)


def with_annotation(**entries: object) -> bytes:
    made = sending.document()
    described = {f"/{key}": value for key, value in entries.items()}
    annotation = Dictionary({"/Type": Name.Annot, "/Rect": Array([0, 0, 9, 9]), **described})
    made.pages[0].obj["/Annots"] = Array([made.make_indirect(annotation)])
    return sending.written(made)


def with_loose(thing: object, **how: object) -> bytes:
    """Return a document that holds an object which nothing shown refers to."""
    made = sending.document()
    made.Root["/PieceInfo"] = Dictionary({"/Own": made.make_indirect(thing)})
    return sending.written(made, **how)


def with_file() -> bytes:
    made = sending.document()
    made.attachments["other.txt"] = b"another file"
    return sending.written(made)


def script() -> pikepdf.Dictionary:
    return Dictionary({"/S": Name.JavaScript, "/JS": pikepdf.String("app.alert(1)")})


IN_STREAMS = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
FETCHED = b"<< /Length 0 /F (other.bin) >>\nstream\n\nendstream"


class TestActiveDocuments:
    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(with_root(OpenAction=script()), id="script when opened"),
            pytest.param(
                with_root(OpenAction=Dictionary({"/S": Name.URI, "/URI": pikepdf.String("x:")})),
                id="address when opened",
            ),
            pytest.param(with_root(AA=Dictionary({"/WC": script()})), id="script when closed"),
            pytest.param(
                with_root(AcroForm=Dictionary({"/Fields": Array([]), "/XFA": Array([])})),
                id="a form with a mind of its own",
            ),
            pytest.param(
                with_annotation(Subtype=Name.Link, A=Dictionary({"/S": Name.Launch})),
                id="starts a program",
            ),
            pytest.param(
                with_annotation(Subtype=Name.Link, A=Dictionary({"/S": Name.SubmitForm})),
                id="sends a form",
            ),
            pytest.param(
                with_annotation(Subtype=Name.Link, A=Dictionary({"/S": Name.GoToR})),
                id="goes to another document",
            ),
            pytest.param(
                with_annotation(Subtype=Name.Link, A=Dictionary({"/S": Name.GoToE})),
                id="goes to a document inside",
            ),
            pytest.param(with_annotation(Subtype=Name.RichMedia), id="rich media"),
            pytest.param(with_annotation(Subtype=Name.Movie), id="film"),
            pytest.param(with_annotation(Subtype=Name.Sound), id="sound"),
            pytest.param(with_annotation(Subtype=Name("/3D")), id="three dimensions"),
            pytest.param(with_file(), id="a file inside"),
            pytest.param(with_loose(script()), id="script that nothing refers to"),
            pytest.param(with_loose(script(), **IN_STREAMS), id="script in an object stream"),
            pytest.param(
                with_loose(Array([Array([Array([script()])])])), id="script deep in a list"
            ),
            pytest.param(
                raw_pdf(
                    b"<< /Type /Catalog /Pages 2 0 R /Open#41ction << /S /Java#53cript /#4a#53 (x) >> >>",
                    PAGES,
                    PAGE,
                ),
                id="names spelled by number",
            ),
            pytest.param(raw_pdf(CATALOG, PAGES, PAGE, FETCHED), id="bytes from elsewhere"),
        ],
    )
    def test_are_refused(self, content: bytes) -> None:
        with pytest.raises(refusals.ActiveContent):
            examine(content)

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(with_root(OpenAction=Array([0, Name.Fit])), id="opens at a page"),
            pytest.param(
                with_annotation(
                    Subtype=Name.Link,
                    A=Dictionary({"/S": Name.URI, "/URI": pikepdf.String("https://jura.ch")}),
                ),
                id="a link to follow or not",
            ),
            pytest.param(with_loose(Array([]), **IN_STREAMS), id="object streams"),
            pytest.param(with_root(AcroForm=Dictionary({"/Fields": Array([])})), id="a plain form"),
        ],
    )
    def test_differ_from_those_that_only_show_themselves(self, content: bytes) -> None:
        assert examine(content).content == content


class TestBrokenDocuments:
    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(sending.pdf()[:-40], id="cut off"),
            pytest.param(sending.pdf() + b"PK\x03\x04 an archive", id="something behind the end"),
            pytest.param(
                sending.pdf().replace(b"startxref\n", b"startxref\n9"), id="a table that is elsewhere"
            ),
            pytest.param(raw_pdf(CATALOG), id="pages that are not there"),
            pytest.param(
                raw_pdf(CATALOG, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"), id="pages in a circle"
            ),
            pytest.param(
                raw_pdf(CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"), id="no page at all"
            ),
            pytest.param(
                raw_pdf(
                    CATALOG, PAGES, PAGE,
                    b"<< /Length 4 /Filter /FlateDecode >>\nstream\nabcd\nendstream",
                ),
                id="packed data that are none",
            ),
            pytest.param(
                b"%PDF-1.7\nxref\n0 999999999\n0000000000 65535 f \ntrailer\n<< /Size 999999999 >>\n"
                b"startxref\n9\n%%EOF\n",
                id="a huge table",
            ),
        ],
    )  # fmt: skip
    def test_are_refused(self, content: bytes) -> None:
        with pytest.raises(refusals.Damaged):
            examine(content)

    @pytest.mark.parametrize("password", ["", "secret"], ids=["opens by itself", "asks"])
    def test_locked_are_refused(self, password: str) -> None:
        lock = pikepdf.Encryption(owner="owner", user=password)

        with pytest.raises(refusals.Encrypted):
            examine(sending.written(sending.document(), encryption=lock))


class TestOverblownDocuments:
    @pytest.mark.parametrize("filters", [["FlateDecode"], ["ASCIIHexDecode", "FlateDecode"]])
    def test_that_unpack_to_too_much_are_refused(self, filters: list[str]) -> None:
        packed = sending.zeros(64 << 20)
        if len(filters) == 2:
            packed = packed.hex().encode() + b">"
        names = " ".join(f"/{name}" for name in filters).encode()
        bomb = b"<< /Length %d /Filter [%b] >>\nstream\n%b\nendstream" % (
            len(packed),
            names,
            packed,
        )

        with pytest.raises(refusals.TooMuchInside):
            examine(
                raw_pdf(CATALOG, PAGES, PAGE, bomb), limits=replace(STANDARD, unpacked=50 << 20)
            )

    def test_packed_twice_over_are_refused(self) -> None:
        packed = zlib.compress(sending.zeros(64 << 20))
        bomb = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%b\nendstream" % (
            len(packed), packed,
        )  # fmt: skip

        with pytest.raises(refusals.TooMuchInside):
            examine(raw_pdf(CATALOG, PAGES, PAGE, bomb))

    def test_with_an_object_stream_that_unpacks_to_too_much_are_refused(self) -> None:
        packed = sending.zeros(600 << 20)
        table = b"".join(
            b"%c%b%b" % (kind, place.to_bytes(4, "big"), bytes([rank]))
            for kind, place, rank in [(0, 0, 255), (2, 2, 0)]
        )
        head = b"%PDF-1.7\n"
        stream = (
            b"2 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream\nendobj\n"
            % (len(packed), packed)
        )
        table += b"\x01" + len(head).to_bytes(4, "big") + b"\0"
        place = len(head) + len(stream)
        last = table + b"\x01" + place.to_bytes(4, "big") + b"\0"
        xref = (
            b"3 0 obj\n<< /Type /XRef /Size 4 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%b\nendstream\nendobj\n"
            % (len(last), last)
        )
        sent = head + stream + xref + b"startxref\n%d\n%%%%EOF\n" % place

        with pytest.raises((refusals.TooMuchInside, refusals.Damaged)):
            examine(sent, limits=replace(STANDARD, memory=512 << 20))

    def test_nested_deeper_than_any_document_are_refused(self) -> None:
        deep = b"[" * 400 + b"]" * 400

        with pytest.raises((refusals.TooMuchInside, refusals.Damaged)):
            examine(raw_pdf(CATALOG, PAGES, PAGE, deep))

    def test_nested_as_deep_as_memory_are_refused(self) -> None:
        deep = b"<< /A " * 200_000 + b">>" * 200_000

        with pytest.raises(refusals.FileRefused):
            examine(raw_pdf(CATALOG, PAGES, PAGE, deep))

    def test_of_too_many_objects_are_refused(self) -> None:
        with pytest.raises(refusals.TooMuchInside):
            examine(
                raw_pdf(CATALOG, PAGES, PAGE, *[b"1"] * 60), limits=replace(STANDARD, objects=50)
            )


WANTED = {
    "memory": "bytes(2 << 30)",
    "files": "[open('/dev/null') for _ in range(200)]",
    "room": "import os; [os.write(1, bytes(1 << 20)) for _ in range(200)]",
}
SETTLING = "import sys, resource; from visavis.foundation.files.judging import _limit; from visavis.foundation.files.types import STANDARD; _limit(STANDARD); "


class TestLimitedProcess:
    @pytest.mark.parametrize("wanted", WANTED.values(), ids=WANTED.keys())
    def test_gets_no_more_than_its_share(self, wanted: str, tmp_path: Path) -> None:
        outside = {**os.environ, "PYTHONPATH": str(limited.SOURCE)}
        with (tmp_path / "answer").open("wb") as answer:
            ended = subprocess.run(
                [sys.executable, "-c", SETTLING + wanted],
                stdout=answer, stderr=subprocess.PIPE, env=outside, check=False,
            )  # fmt: skip

        assert ended.returncode != 0
        assert b"MemoryError" in ended.stderr or b"OSError" in ended.stderr

    def test_is_ended_when_it_takes_too_long(self) -> None:
        begun = time.monotonic()

        with pytest.raises(refusals.TookTooLong):
            limited.run("/bin/sleep", b"", limits=replace(STANDARD, wall_s=1), arguments=["600"])

        assert time.monotonic() - begun < 300

    def test_is_ended_when_it_computes_too_long(self) -> None:
        endless = ["-c", "while True: pass"]

        with pytest.raises(refusals.TookTooLong):
            limited.run(
                sys.executable,
                b"",
                limits=replace(STANDARD, cpu_s=1, wall_s=300),
                arguments=endless,
            )

    def test_knows_nothing_of_our_secrets(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VISAVIS_DATABASE_URL", "postgresql://secret")

        _, answer = limited.run("/usr/bin/env", b"", limits=STANDARD)

        assert b"LANG=C.UTF-8" in answer
        assert b"VISAVIS" not in answer

    def test_inherits_no_open_file(self, tmp_path: Path) -> None:
        with (tmp_path / "secret").open("wb") as ours:
            os.set_inheritable(ours.fileno(), True)
            _, answer = limited.run(
                "/bin/ls", b"", limits=STANDARD, arguments=["-l", "/proc/self/fd"]
            )

        assert b"memfd:examined" in answer
        assert b"secret" not in answer

    def test_that_cannot_begin_is_no_fault_of_the_file(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limited, "START", "raise SystemExit(1)")

        with pytest.raises(ExaminerBroken):
            examine(sending.picture())

    @pytest.mark.parametrize(
        "answer",
        ["", "{}", "not JSON", '{"kind": "png", "sizes": [5]}', "[]", '{"refused": "FileRefused"}'],
    )
    def test_that_answers_nonsense_has_met_a_damaged_file(
        self, answer: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = b"visavis 1\n" + answer.encode() + b"\n"
        monkeypatch.setattr(limited, "run", lambda *_, **__: (-11, said))

        with pytest.raises(refusals.Damaged):
            examine(sending.picture())
