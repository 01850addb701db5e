"""Which databases there are and as whom a process connects."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.db import connections

from visavis.config import embedded
from visavis.config.instance import Instance, secrets_of

KEYS = "keys"


class KeysRouter:
    """Sends the keys of the cases to a small database of their own, and nothing else."""

    def db_for_read(self, model: Any, **hints: object) -> str | None:
        return KEYS if getattr(model, "lies_with_the_keys", False) else None

    db_for_write = db_for_read

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        among_the_keys = (app_label, model_name) == ("cases", "casekey") or hints.get("keys", False)
        return among_the_keys == (db == KEYS)


def settings_for(instance: Instance) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES for the role that this process has."""
    passwords = secrets_of(instance.var)
    if instance.database_url:
        where = _from_url(instance.database_url)
    else:
        where = {
            "HOST": str(embedded.socket_folder(instance.var)),
            "PORT": "5432",
            "OPTIONS": {"prepare_threshold": 5},  # no pooler stands between us and the server
        }
    common = {
        "ENGINE": "django.db.backends.postgresql",
        "USER": instance.role,
        "PASSWORD": passwords[instance.role],
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        **where,
    }
    name = where.get("NAME", "visavis")
    return {
        "default": {**common, "NAME": name},
        KEYS: {**common, "NAME": f"{name}_keys"},
    }


@contextmanager
def as_role(role: str, password: str) -> Iterator[None]:
    """Let this process speak to the databases as another role for a while, as for migrations."""
    before = {}
    for alias in connections:
        connections[alias].close()
        before[alias] = {key: connections[alias].settings_dict[key] for key in ("USER", "PASSWORD")}
        connections[alias].settings_dict.update(USER=role, PASSWORD=password)
    try:
        yield
    finally:
        for alias, saved in before.items():
            connections[alias].close()
            connections[alias].settings_dict.update(saved)


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "NAME": unquote(parts.path.lstrip("/")) or "visavis",
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
