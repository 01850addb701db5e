import pytest

from tests.people import as_actor, make_canton
from tests.people import register as register_person


@pytest.fixture
def canton(now):
    return make_canton(now)


@pytest.fixture
def elodie(canton, now):
    return register_person(now, "elodie@example.ch")


@pytest.fixture
def as_elodie(elodie):
    return as_actor(elodie)


@pytest.fixture
def paul(canton, now):
    return register_person(now, given_name="Paul")


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
