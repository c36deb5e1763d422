"""The site with its first content, as a visitor finds it."""

from contextlib import ExitStack, contextmanager

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation

from tests import caches, databases


@contextmanager
def kept_for_the_module(django_db_blocker):
    """What is written in here is there for all tests of a module, and is taken back afterwards.

    Yields a function to call when the writing is done.
    """
    outer = transaction.atomic()
    outer._from_testcase = True  # as of Django's TestCase: what must be outermost is so inside
    blocked = ExitStack()
    blocked.enter_context(django_db_blocker.unblock())
    translation.activate(settings.LANGUAGE_CODE)  # a file before this one may have left another
    caches.empty()
    outer.__enter__()
    yield blocked.close
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
        caches.empty()


def wants_content_beside(module, fixture):
    """Whether any test of this module wants the loaded content and that fixture as well."""
    tests = (item for item in module.session.items if item.path == module.path)
    return any({"content", fixture} <= set(item.fixturenames) for item in tests)


@contextmanager
def prepared(name, django_db_blocker):
    """Let the tests of a module begin with that one of `tests.databases`."""
    with django_db_blocker.unblock():
        copy = databases.copy_for_this_process(name)
    translation.activate(settings.LANGUAGE_CODE)  # a file before this one may have left another
    with databases.connected_to(copy):
        yield


@pytest.fixture(scope="module")
def content(django_db_setup, django_db_blocker):
    """The first content in Dutch. What a test changes is taken back after it."""
    with prepared("content", django_db_blocker):
        yield


@pytest.fixture(scope="module")
def english_content(content, django_db_blocker):
    """The first content in both languages. The tests that want it run last."""
    with prepared("english_content", django_db_blocker):
        yield


@pytest.fixture
def loaded_site(content, db):
    """The loaded home page. What a test changes is taken back after it."""
    from home.models import HomePage

    return HomePage.objects.get(depth=2, locale__language_code="nl")


@pytest.fixture
def english_site(english_content, db):
    """The loaded home page in English, with the Dutch site beside it."""
    from home.models import HomePage

    return HomePage.objects.get(depth=2, locale__language_code="en")
