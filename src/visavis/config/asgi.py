"""One address, two kinds of work: pages in a pool of threads, live connections in the event loop."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.config.settings")

from a2wsgi import WSGIMiddleware
from a2wsgi.asgi_typing import Receive, ReceiveEvent, Scope, Send, SendEvent

from visavis.config import bodies
from visavis.config.wsgi import application as wsgi

THREADS = 8  # PostgreSQL connections per process, too

pages = WSGIMiddleware(wsgi, workers=THREADS)  # type: ignore[arg-type]  # Django's answer is iterable; its stubs do not say so


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one connection: its body first, then a thread for its page.

    The server's own receive and send are awaitable but no coroutines, which the bridge needs.
    """

    async def receive_event() -> ReceiveEvent:
        return await receive()

    async def send_event(event: SendEvent) -> None:
        await send(event)

    if scope["type"] != "http":
        await pages(scope, receive_event, send_event)
        return
    try:
        body = await bodies.whole(scope, receive_event)
    except bodies.SenderGone:
        return
    except bodies.BodyRefused as refused:
        await bodies.answer(refused, send_event)
        return

    async def receive_kept() -> ReceiveEvent:
        return bodies.next_of(body)

    try:
        await pages(scope, receive_kept, send_event)
    finally:
        body.close()
