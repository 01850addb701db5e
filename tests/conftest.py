"""What all tests share: one embedded PostgreSQL, a template of the migrated databases, fixtures."""

import os
import tempfile

import django

if "PYTEST_XDIST_WORKER" not in os.environ:  # workers take over the controller's folder
    os.environ["VISAVIS_VAR"] = tempfile.mkdtemp(prefix="visavis-tests-")
    os.environ["VISAVIS_CANTON"] = "jura"
    os.environ["VISAVIS_WORLD"] = "demonstration"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in the thread
    os.environ["DJANGO_SETTINGS_MODULE"] = "visavis.config.settings"
django.setup()

pytest_plugins = ["tests.browser", "tests.database", "tests.fixtures", "tests.scanner"]
