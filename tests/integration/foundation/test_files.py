"""Files that citizens send honestly: what is kept of them."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from time import monotonic, sleep

import pytest
from PIL import Image

from tests import sending
from visavis.foundation.files import limited, refusals
from visavis.foundation.files.examining import examine
from visavis.foundation.files.judging import NICENESS
from visavis.foundation.files.types import STANDARD, FileKind


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


class TestPictures:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            pytest.param(sending.picture("JPEG"), FileKind.JPEG, id="JPEG"),
            pytest.param(sending.picture("PNG"), FileKind.PNG, id="PNG"),
            pytest.param(sending.picture("WEBP"), FileKind.JPEG, id="WebP becomes JPEG"),
            pytest.param(sending.picture("JPEG", mode="CMYK"), FileKind.JPEG, id="print colours"),
            pytest.param(sending.picture("PNG", mode="P"), FileKind.PNG, id="palette"),
            pytest.param(sending.picture("PNG", mode="1"), FileKind.PNG, id="black and white"),
        ],
    )
    def test_are_drawn_anew(self, content: bytes, kind: FileKind) -> None:
        examined = examine(content)

        assert examined.kind is kind
        assert opened(examined.content).size == (120, 80)
        assert opened(examined.content).format == kind.name
        assert opened(examined.preview).format == "JPEG"
        assert examined.pages == 1

    def test_stand_upright_and_tell_nothing_about_place_or_time(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # turned by a quarter, as phones write it
        exif[0x0132] = "2022:02:10 09:00:00"
        sent = sending.picture("JPEG", exif=exif, comment=b"Saignelegier")

        kept = examine(sent).content

        assert opened(kept).size == (80, 120)
        assert not opened(kept).getexif()
        assert b"2022:02:10" in sent
        assert b"2022:02:10" not in kept
        assert b"Saignelegier" not in kept

    def test_turned_by_a_quarter_have_their_left_side_on_top(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6

        kept = opened(examine(sending.picture("JPEG", exif=exif)).content).convert("RGB")

        red, _, blue = kept.getpixel((40, 10))
        assert red > 200 > 60 > blue

    def test_that_one_can_see_through_lie_on_white(self) -> None:
        target = io.BytesIO()
        Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(target, "PNG")

        kept = opened(examine(target.getvalue()).content)

        assert kept.mode == "RGB"
        assert kept.getpixel((5, 5)) == (255, 255, 255)

    def test_larger_than_needed_are_made_smaller(self) -> None:
        examined = examine(sending.picture("JPEG", size=(6000, 3000)))

        assert opened(examined.content).size == (4096, 2048)
        assert max(opened(examined.preview).size) == 1000


class TestDocuments:
    def test_are_kept_exactly_as_sent_with_a_picture_of_the_first_page(self) -> None:
        sent = sending.pdf(pages=3)

        examined = examine(sent)

        assert examined.kind is FileKind.PDF
        assert examined.content == sent
        assert examined.pages == 3
        assert max(opened(examined.preview).size) == 1000

    def test_have_no_preview_where_the_machine_cannot_draw_one(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")

        assert examine(sending.pdf()).preview == b""


class TestLimits:
    @pytest.mark.parametrize(
        ("content", "refusal"),
        [
            pytest.param(b"", refusals.Empty, id="nothing"),
            pytest.param(b"\xff\xd8\xff" + bytes(10_000_000), refusals.TooLarge, id="too large"),
            pytest.param(sending.pdf(pages=51), refusals.TooManyPages, id="too many pages"),
        ],
    )
    def test_are_held(self, content: bytes, refusal: type[refusals.FileRefused]) -> None:
        with pytest.raises(refusal):
            examine(content)

    def test_of_pixels_count_before_anything_is_unpacked(self) -> None:
        with pytest.raises(refusals.TooManyPixels):
            examine(sending.picture(size=(200, 200)), limits=replace(STANDARD, pixels=39_999))

    def test_let_two_be_judged_at_once_and_refuse_the_third_after_a_while(self) -> None:
        hurried = replace(STANDARD, wait_s=0)

        with limited.turn(STANDARD), limited.turn(STANDARD), pytest.raises(refusals.TooBusy):
            examine(sending.picture(), limits=hurried)

        assert examine(sending.picture(), limits=hurried).pages == 1

    def test_let_two_more_wait_and_refuse_the_fifth_at_once(self) -> None:
        """Whoever waits holds a thread that pages are made in."""
        let_go = Event()

        def hold() -> None:
            with limited.turn(replace(STANDARD, wait_s=60)):
                let_go.wait(60)

        with ThreadPoolExecutor(4) as pool:
            holding = [pool.submit(hold) for _ in range(4)]
            while limited._places._value:  # type: ignore[attr-defined]  # until all four stand there
                sleep(0.01)
            began = monotonic()
            with pytest.raises(refusals.TooBusy):
                examine(sending.picture(), limits=replace(STANDARD, wait_s=60))
            assert monotonic() - began < 10
            let_go.set()
            assert [one.result() for one in holding] == [None] * 4

        assert examine(sending.picture()).pages == 1

    def test_are_judged_behind_everything_else(self) -> None:
        _, nice = limited.run("/usr/bin/nice", b"", limits=STANDARD)

        assert int(nice) >= NICENESS


class TestThreads:
    def test_may_judge_side_by_side(self) -> None:
        sent = [
            sending.picture("JPEG"),
            sending.pdf(),
            sending.picture("PNG"),
            b"text",
        ] * 2

        def outcome(content: bytes) -> object:
            try:
                return examine(content, limits=replace(STANDARD, wait_s=60)).kind
            except refusals.FileRefused as refusal:
                return type(refusal)

        with ThreadPoolExecutor(limited.AT_ONCE + limited.WAITING) as pool:
            outcomes = list(pool.map(outcome, sent))

        assert outcomes == [FileKind.JPEG, FileKind.PDF, FileKind.PNG, refusals.UnknownKind] * 2
