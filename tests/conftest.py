"""What every test leans on: no network, no real keys, nothing left of the test before."""

import gc
import os
import shutil
import socket

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import translation

from tests import caches, databases, folders
from tests.fake_mollie.fixture import fake_mollie  # noqa: F401
from tests.load import servers
from tests.loading import (  # noqa: F401  (fixtures)
    content,
    english_content,
    english_site,
    loaded_site,
)
from tests.slow_servers import dripping  # noqa: F401

LOOPBACK = ("127.", "::1", "localhost")

# Playwright keeps an event loop in the thread in which tests use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure():
    gc.disable()  # what is imported and collected stays: looking through it again and again is slow


def pytest_collection_finish():
    gc.freeze()
    gc.set_threshold(50_000)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config, items):
    config.stash[folders.COLLECTED] = folders.count(items)
    yield
    _in_good_order(items)
    if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL to run it")
    for item in items:
        if "postgres" in item.keywords:
            item.add_marker(skip)


def _in_good_order(items):
    """Within a file: what is made once for all tests of it stays until the last, so it comes late.

    Files with slow tests come first, so that one process is not left with them at the end.
    """
    by_path = {}
    for item in items:  # pytest-django has put those that use no database behind all others
        by_path.setdefault(item.path, []).append(item)
    files = list(by_path.values())
    files.sort(key=lambda group: not any(item.get_closest_marker("slow") for item in group))
    items[:] = [item for group in files for item in sorted(group, key=_how_much_stays)]


def _how_much_stays(item):
    kept = ({"institute", "course"}, {"event"}, {"content"}, {"english_content"})
    made = [number for number, names in enumerate(kept, start=1) if names & set(item.fixturenames)]
    return max(made, default=0) if "own_database" not in item.fixturenames else -1


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """As pytest-django's: the tables, in a copy that this process has for itself."""
    with django_db_blocker.unblock():
        copy = databases.copy_for_this_process("migrated")
    with databases.connected_to(copy):
        yield
    with django_db_blocker.unblock():
        databases.drop_copies()


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Only this machine may be called."""
    connect = socket.socket.connect

    def guarded(self, address):
        host = address[0] if isinstance(address, tuple) else "127."
        if not str(host).startswith(LOOPBACK):
            raise AssertionError(f"A test called {host}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def fresh_state(request):
    caches.empty()
    if not _may_ask_the_database(request):
        ContentType.objects.clear_cache()  # found by a test before, it would hide a question here
    with translation.override(settings.LANGUAGE_CODE):
        yield


def _may_ask_the_database(request):
    asked_for = {"db", "transactional_db"} & set(request.fixturenames)
    return bool(asked_for) or request.node.get_closest_marker("django_db") is not None


@pytest.fixture(autouse=True)
def fresh_files(settings, tmp_path):
    """Uploads of a test go to its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.MAIL_FOLDER = tmp_path / "mail"
    settings.PRETEND_BANK_FOLDER = tmp_path / "bank"
    settings.BACKUP_ROOT = tmp_path / "backups"
    settings.ERASURES_FILE = tmp_path / "backups" / "erasures.jsonl"
    yield
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture
def own_database(django_db_setup, django_db_blocker, tmp_path):
    """A database whose rows other threads and processes see, and that is gone afterwards."""
    with (
        django_db_blocker.unblock(),
        servers.copied_database(connection, tmp_path) as url,
    ):
        yield url


@pytest.fixture
def on_postgres():
    return connection.vendor == "postgresql"


@pytest.fixture
def site_tree(db):
    """The languages, the root, the site and an empty home page: enough for a page to live in."""
    from wagtail.models import Locale, Page, Site

    from home.models import HomePage

    nl, _ = Locale.objects.get_or_create(language_code="nl")
    root = Page.get_first_root_node() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=nl)
    )
    home = HomePage.objects.filter(depth=2, locale=nl).first()
    if home is None:
        home = HomePage(title="Runningtherapie", slug="runningtherapie-home", locale=nl)
        home.hero_heading = home.hero_text = "Runningtherapie"
        root.add_child(instance=home)
    Site.objects.all().delete()
    Site.objects.create(
        hostname="testserver", port=80, root_page=home, is_default_site=True, site_name="Test"
    )
    return home
