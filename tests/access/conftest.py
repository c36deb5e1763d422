"""One object of every kind and one user per role, made once for all tests of a module."""

import pytest
from django.test import Client, override_settings

from tests.access import asking, things, unrendered
from tests.access.asking import ANONYMOUS, ROLES
from tests.loading import kept_for_the_module

CANARY = "Kanariepiet"


@pytest.fixture(scope="module")
def everything(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("things")
    with kept_for_the_module(django_db_blocker) as done:
        with override_settings(MEDIA_ROOT=folder / "media", PRIVATE_ROOT=folder / "private"):
            made = things.make_everything(motivation=CANARY, remarks=CANARY)
        people = {role: asking.make_user(role) for role in ROLES}
        done()
        yield made, people, folder


@pytest.fixture
def made(everything, settings, db):
    """The objects, with their files."""
    made, _people, folder = everything
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = folder / "media", folder / "private"
    return made


@pytest.fixture
def people(everything):
    return everything[1]


@pytest.fixture
def quick(made, people, settings):
    settings.TEMPLATES = unrendered.TEMPLATES
    return made, people


@pytest.fixture
def browser(made, people):
    """The browser of a user with this role."""

    def browser(role):
        client = Client()
        if role != ANONYMOUS:
            client.force_login(people[role])
        return client

    return browser
