"""One address, two kinds of work: pages in a pool of threads, live connections in the event loop."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.config.settings")

from a2wsgi import WSGIMiddleware

from visavis.config.wsgi import application as pages

THREADS = 8  # PostgreSQL connections per process, too

application = WSGIMiddleware(pages, workers=THREADS)  # type: ignore[arg-type]  # Django's answer is iterable; its stubs do not say so
