"""The databases that tests begin with. Each is made once and copied for every process.

    migrated                    the tables and what migrations put in them
      content                   the first content in Dutch
        english_content         and in English
      institute                 the settings of an institute whose office gets notices
        published_event         and one published date
      office_course             a course, as the tests of the office want it
        office_event            and one date

They stay in `var/test-databases` (on PostgreSQL as databases) under a key: a hash of everything
that they are made of, with the date where their events count from today. So a change makes them
anew, and nothing else does.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import override_settings
from django.utils import timezone, translation

from tests import caches

ROOT = Path(__file__).resolve().parents[1]
FOLDER = settings.VAR_DIR / "test-databases"
PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "main")
SITE = settings.DATABASES["default"]["NAME"]  # before it becomes the one of a test
PRODUCT = ("site", "courses", "faq", "home", "people", "search")


@dataclass(frozen=True)
class Recipe:
    """A database: the one it begins as, what is then written, and the files that decide that."""

    name: str
    begins_as: str | None
    write: Callable | None = None
    sources: tuple[str, ...] = field(default=())
    counts_from_today: bool = True

    @property
    def key(self):
        digest = hashlib.sha256()
        if self.begins_as:
            digest.update(RECIPES[self.begins_as].key.encode())
        if self.counts_from_today:
            digest.update(timezone.localdate().isoformat().encode())
        for path in sorted({path for pattern in self.sources for path in ROOT.glob(pattern)}):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
        return digest.hexdigest()[:12]


def _load_source():
    from home.first_content.loading import load_source

    load_source()


def _load_translations():
    from home.first_content.loading import load_translations

    load_translations()


def _settle_an_institute():
    from tests import factories

    factories.settings()


def _publish_an_event():
    from tests import factories

    factories.event()


def _open_the_office():
    from tests.courses.office import prepared

    prepared.make_course()


def _plan_a_date():
    from courses.models import CoursePage
    from tests.courses.office import prepared

    prepared.make_event(CoursePage.objects.get())


_code = tuple(f"{folder}/**/*.py" for folder in PRODUCT)
_migrations = tuple(f"{folder}/**/migrations/*.py" for folder in PRODUCT)
_content = (*_code, "home/content/**/*", "*/locale/**/*.mo", "site/*/locale/**/*.mo")
RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "migrated",
            None,
            sources=(*_migrations, "requirements.txt", "tests/databases.py"),
            counts_from_today=False,
        ),
        Recipe("content", "migrated", _load_source, _content),
        Recipe("english_content", "content", _load_translations),
        Recipe("institute", "migrated", _settle_an_institute, (*_code, "tests/factories.py")),
        Recipe("published_event", "institute", _publish_an_event),
        Recipe(
            "office_course",
            "migrated",
            _open_the_office,
            (*_code, "tests/factories.py", "tests/courses/office/prepared.py"),
        ),
        Recipe("office_event", "office_course", _plan_a_date),
    )
}


@contextmanager
def connected_to(name):
    """Use the database with this NAME, and afterwards the former one again."""
    former = connection.settings_dict["NAME"]
    _connect_to(name)
    try:
        yield
    finally:
        _connect_to(former)


def copy_for_this_process(name):
    """The NAME of a copy that only this process writes to; there is one for each run."""
    if name not in _copies:
        with _alone():
            original = _made(RECIPES[name])
            _copies[name] = _server().copy(original, f"{name}_{PROCESS}")
        with connected_to(_copies[name]):
            _rows[name] = _rows_now()
    return _copies[name]


def put_into(folder, name):
    """Copy that database and its media into the VAR_ROOT of another process. SQLite only."""
    with _alone():
        original = _made(RECIPES[name])
        with (
            closing(sqlite3.connect(original)) as source,
            closing(sqlite3.connect(folder / "db.sqlite3")) as target,
        ):
            source.backup(target)
        shutil.copytree(_media(RECIPES[name]), folder / "media", dirs_exist_ok=True)


def drop_copies():
    """Raises AssertionError if a test left something there: later tests would have found it."""
    changed = {}
    for name, copy in _copies.items():
        with connected_to(copy):
            changed |= dict(_rows_now().items() ^ _rows[name].items())
        connection.close()
        _server().drop(copy)
    _copies.clear()
    assert not changed, f"Tests left rows in these tables: {sorted(changed)}"


_copies = {}
_rows = {}


def _rows_now():
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        return {table: _count(cursor, table) for table in tables}


def _count(cursor, table):
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
    return cursor.fetchone()[0]


def _connect_to(name):
    connection.close()
    caches.empty()
    ContentType.objects.clear_cache()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _made(recipe):
    """The NAME of the original, made now if there is none with this key."""
    server = _server()
    name = f"{recipe.name}_{recipe.key}"
    if server.has(name):
        return server.name(name)
    server.drop_others(recipe.name)
    for path in (FOLDER / f"media_{connection.vendor}").glob(f"{recipe.name}_{'?' * 12}"):
        shutil.rmtree(path)
    unfinished = server.name("unfinished")
    if recipe.begins_as is None:
        server.drop(unfinished)
        with connected_to(unfinished):
            connection.settings_dict["TEST"]["NAME"] = unfinished
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    else:
        server.copy(_made(RECIPES[recipe.begins_as]), "unfinished")
        with connected_to(unfinished):
            _write(recipe)
    return server.rename(unfinished, name)


def _write(recipe):
    media = _media(recipe)
    shutil.copytree(_media(RECIPES[recipe.begins_as]), media, dirs_exist_ok=True)
    with (
        override_settings(MEDIA_ROOT=media, PRIVATE_ROOT=media / "private"),
        translation.override(settings.LANGUAGE_CODE),
    ):
        recipe.write()


def _media(recipe):
    """The folder of the files that belong to the database."""
    folder = FOLDER / f"media_{connection.vendor}" / f"{recipe.name}_{recipe.key}"
    # A server may hold a database that another checkout made, whose files are there and not here.
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _alone():
    """One process makes what is missing; the others wait and find it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _server():
    return Postgres if connection.vendor == "postgresql" else Sqlite


class Sqlite:
    """Databases that are files."""

    @staticmethod
    def name(name):
        return str(FOLDER / f"{name}.sqlite3")

    @classmethod
    def has(cls, name):
        return Path(cls.name(name)).exists()

    @classmethod
    def copy(cls, original, name):
        cls.drop(cls.name(name))
        with (
            closing(sqlite3.connect(original)) as source,
            closing(sqlite3.connect(cls.name(name))) as target,
        ):
            source.backup(target)  # a plain copy would miss what is in the write-ahead log
        return cls.name(name)

    @classmethod
    def rename(cls, former, name):
        with closing(sqlite3.connect(former)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        Path(former).rename(cls.name(name))
        return cls.name(name)

    @staticmethod
    def drop(path):
        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)

    @classmethod
    def drop_others(cls, name):
        for path in FOLDER.glob(f"{name}_{'?' * 12}.sqlite3"):
            cls.drop(str(path))


class Postgres:
    """Databases on the server of DATABASE_URL, named after its database."""

    @staticmethod
    def name(name):
        return f"test_{SITE}_{name}"

    @classmethod
    def has(cls, name):
        return cls.name(name) in cls._names()

    @classmethod
    def copy(cls, original, name):
        cls.drop(cls.name(name))
        cls._run(f'CREATE DATABASE "{cls.name(name)}" TEMPLATE "{original}"')
        return cls.name(name)

    @classmethod
    def rename(cls, former, name):
        cls._run(f'ALTER DATABASE "{former}" RENAME TO "{cls.name(name)}"')
        return cls.name(name)

    @classmethod
    def drop(cls, name):
        cls._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @classmethod
    def drop_others(cls, name):
        start = f"{cls.name(name)}_"
        for found in cls._names():
            if found.startswith(start) and len(found) == len(start) + 12:
                cls.drop(found)

    @classmethod
    def _names(cls):
        return {row[0] for row in cls._run("SELECT datname FROM pg_database")}

    @staticmethod
    def _run(statement):
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
