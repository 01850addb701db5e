"""Bodies of requests: whole before a thread works on them, and never more than we take."""

import asyncio
from collections.abc import Iterable

import pytest

from visavis.config import asgi, bodies
from visavis.foundation.loops import run


def scope(**headers: str) -> dict[str, object]:
    named = [(name.replace("_", "-").encode(), said.encode()) for name, said in headers.items()]
    return {
        "type": "http", "method": "POST", "path": "/", "query_string": b"", "http_version": "1.1",
        "headers": named,
    }  # fmt: skip


def sender(pieces: Iterable[bytes], *, ends: bool = True):
    """Return what a server's `receive` is, for a browser that sends these pieces one by one."""
    waiting = list(pieces)

    async def receive():
        await asyncio.sleep(0)
        if waiting:
            piece = waiting.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(waiting) or not ends}
        return {"type": "http.disconnect"}

    return receive


class Answer:
    """What was sent back."""

    def __init__(self) -> None:
        self.events: list[dict[str, object]] = []

    async def send(self, event: dict[str, object]) -> None:
        self.events.append(event)

    @property
    def status(self) -> object:
        return self.events[0]["status"]


class TestWhole:
    @pytest.mark.parametrize(
        "pieces",
        [
            pytest.param([b""], id="nothing"),
            pytest.param([b"a", b"b", b"c"], id="little by little"),
            pytest.param([b"x" * 65_536], id="exactly one piece"),
            pytest.param([b"x" * 70_000] * 9, id="more than stays in memory"),
        ],
    )
    def test_gives_back_every_byte_in_order(self, pieces):
        async def read() -> bytes:
            kept = await bodies.whole(scope(), sender(pieces))
            got, more = b"", True
            while more:
                event = bodies.next_of(kept)
                got += event["body"]
                more = event["more_body"]
            kept.close()
            return got

        assert run(read()) == b"".join(pieces)

    def test_refuses_what_says_it_is_too_large_before_a_byte_of_it(self):
        declared = scope(content_length=str(bodies.MOST + 1))

        with pytest.raises(bodies.BodyTooLarge):
            run(bodies.whole(declared, sender([])))

    def test_refuses_what_says_nothing_and_goes_on(self):
        endless = [b"x" * 1_000_000] * 20

        with pytest.raises(bodies.BodyTooLarge):
            run(bodies.whole(scope(), sender(endless)))

    def test_refuses_what_does_not_arrive(self, monkeypatch):
        monkeypatch.setattr(bodies, "PATIENCE_S", 0.01)

        async def never():
            await asyncio.Event().wait()

        with pytest.raises(bodies.BodyTooSlow):
            run(bodies.whole(scope(), never))

    def test_leaves_nothing_readable_on_the_disk(self, monkeypatch):
        """A passport's picture lies there for a moment, in a file without a name."""
        files = []
        plain = bodies.SpooledTemporaryFile

        def watched(**how):
            files.append(plain(**how))
            return files[-1]

        monkeypatch.setattr(bodies, "SpooledTemporaryFile", watched)

        async def read() -> bytes:
            kept = await bodies.whole(scope(), sender([b"passport" * 50_000]))
            (file,) = files
            assert file._rolled
            lies_there = file.read()
            kept.close()
            return lies_there

        lies_there = run(read())
        assert len(lies_there) == len(b"passport" * 50_000)
        assert b"passport" not in lies_there

    def test_lets_all_of_them_together_fill_no_disk(self, monkeypatch):
        monkeypatch.setattr(bodies, "MOST_ON_DISK", 1_000_000)
        large, form = [b"x" * 400_000], [b"x" * 200_000]

        async def all_of_them() -> None:
            held = [await bodies.whole(scope(), sender(large)) for _ in range(2)]
            with pytest.raises(bodies.NoRoom):
                await bodies.whole(scope(), sender(large))
            held.append(await bodies.whole(scope(), sender(form)))  # as small as any page
            for kept in held:
                kept.close()
            (await bodies.whole(scope(), sender(large))).close()

        run(all_of_them())

        assert bodies.Kept.on_disk == 0

    def test_ends_with_its_sender(self):
        with pytest.raises(bodies.SenderGone):
            run(bodies.whole(scope(), sender([b"half"], ends=False)))


class TestApplication:
    def test_lets_no_thread_wait_for_who_sends_slowly(self, monkeypatch):
        """Many more than there are threads have sent half; one more page is answered meanwhile."""
        worked: list[bytes] = []

        async def pages(_, receive, send):
            worked.append((await receive())["body"])
            await send({"type": "http.response.start", "status": 200, "headers": []})

        monkeypatch.setattr(asgi, "pages", pages)

        async def all_of_them() -> None:
            rest = asyncio.Event()

            def slow():
                sent = [b"half", b" and half"]

                async def receive():
                    if len(sent) == 1:
                        await rest.wait()
                    piece = sent.pop(0)
                    return {"type": "http.request", "body": piece, "more_body": bool(sent)}

                return receive

            senders = [
                asyncio.create_task(asgi.application(scope(), slow(), Answer().send))
                for _ in range(asgi.THREADS * 5)
            ]
            quick = Answer()
            await asgi.application(scope(), sender([b"quick"]), quick.send)
            assert worked == [b"quick"]
            rest.set()
            await asyncio.gather(*senders)

        run(all_of_them())

        assert worked[1:] == [b"half and half"] * asgi.THREADS * 5

    def test_says_in_four_languages_what_is_too_large_and_works_no_page(self, monkeypatch):
        monkeypatch.setattr(asgi, "pages", None)
        answer = Answer()
        declared = scope(content_length="99999999")

        run(asgi.application(declared, sender([]), answer.send))

        assert answer.status == 413
        words = answer.events[1]["body"].decode()
        assert [
            said in words for said in ("volumineux", "zu gross", "troppo grande", "too large")
        ] == [True] * 4

    def test_answers_nobody_who_has_gone(self, monkeypatch):
        monkeypatch.setattr(asgi, "pages", None)
        answer = Answer()

        run(asgi.application(scope(), sender([b"x"], ends=False), answer.send))

        assert answer.events == []
