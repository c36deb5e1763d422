"""The site with its first content, as a visitor finds it."""

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.utils import translation


@pytest.fixture(scope="module")
def content(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loads the content once for all tests of a module and takes it back after the last."""
    from django.core.cache import cache

    from home.first_content.loading import load_source

    folder = tmp_path_factory.mktemp("content")
    outer = transaction.atomic()
    translation.activate(settings.LANGUAGE_CODE)  # a file before this one may have left another
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder):
        cache.clear()
        outer.__enter__()
        load_source()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
        cache.clear()


@pytest.fixture(scope="module")
def english_content(content, django_db_blocker):
    """Adds the English content, once for all tests of a module that want it. They run last."""
    from django.core.cache import cache

    from home.first_content.loading import load_translations

    with django_db_blocker.unblock():
        load_translations()
        cache.clear()


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
