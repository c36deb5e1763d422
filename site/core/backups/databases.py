"""Copies of the database and back: SQLite by its backup API, PostgreSQL by pg_dump."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection

# Written by `migrate`, or by a server that has just been started and knows nobody.
WRITES_ITSELF = {"core.JobRun", "core.RetentionRun", "core.SecondPairOfEyes"}
# Whoever restores may be another user of the database, and need not be its administrator.
AS_ITS_OWN = ("--no-owner", "--no-privileges", "--no-comments")

# What migrations make besides tables: (kind, name), without what belongs to an extension.
OTHER_OBJECTS = """
SELECT kind, name FROM (
    SELECT 'ROUTINE' AS kind, oid, oid::regprocedure::text AS name FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
    UNION ALL
    SELECT 'TEXT SEARCH CONFIGURATION', oid, oid::regconfig::text FROM pg_ts_config
    WHERE cfgnamespace = current_schema()::regnamespace
) AS made
WHERE NOT EXISTS (SELECT FROM pg_depend WHERE objid = made.oid AND deptype = 'e')
"""


class DatabaseTroubleError(Exception):
    """The database cannot be copied or put back; the text says why, without its password."""


def is_empty() -> bool:
    """Whether there is nothing here but what `migrate` writes: no page, no person, no setting."""
    tables = set(connection.introspection.table_names())
    return not any(
        model._meta.db_table in tables and model._default_manager.order_by().exists()
        for model in _own_models()
    )


def dump(path: Path) -> None:
    """Copy the database into this file, as it is at one moment, while others go on writing."""
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(_sqlite_path())) as source,
            closing(sqlite3.connect(path)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    else:
        _run("pg_dump", *AS_ITS_OWN, "--format=custom", f"--file={path}")


def check(path: Path) -> None:
    """Raises DatabaseTroubleError if this copy cannot be put back."""
    if connection.vendor == "postgresql":
        _run("pg_restore", "--list", str(path))
        return
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise DatabaseTroubleError("the copy of the database is damaged") from error
    if answer != "ok":
        raise DatabaseTroubleError("the copy of the database is damaged")


def load(path: Path) -> None:
    """Put this copy in the place of the database, all of it or nothing."""
    if connection.vendor == "sqlite":
        _replace_sqlite(path)
    else:
        _drop_everything()
        database = connection.settings_dict["NAME"]
        whole = ("--single-transaction", "--exit-on-error", f"--dbname={database}")
        _run("pg_restore", *AS_ITS_OWN, *whole, str(path))
    connection.close()
    ContentType.objects.clear_cache()


def _own_models():
    """The models of our own apps: what is in those of packages hangs on what is in ours."""
    ours = [app for app in apps.get_app_configs() if not _is_package(app)]
    models = [model for app in ours for model in app.get_models() if not model._meta.proxy]
    return [model for model in models if model._meta.label not in WRITES_ITSELF]


def _is_package(app):
    return "site-packages" in Path(app.path).parts


def _sqlite_path():
    return Path(connection.settings_dict["NAME"])


def _replace_sqlite(path):
    connection.close()
    target = _sqlite_path()
    beside = target.with_name(f"{target.name}.restored")
    shutil.copyfile(path, beside)
    for log in ("-wal", "-shm"):
        target.with_name(target.name + log).unlink(missing_ok=True)
    os.replace(beside, target)


def _drop_everything():
    """There is nothing in the tables, and the copy brings everything but the extensions."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
        cursor.execute(OTHER_OBJECTS)
        for kind, name in cursor.fetchall():
            cursor.execute(f"DROP {kind} IF EXISTS {name} CASCADE")
    connection.close()


def _run(program, *arguments):
    if shutil.which(program) is None:
        raise DatabaseTroubleError(f"{program} is not installed here (package postgresql-client)")
    command = [program, *arguments]
    done = subprocess.run(  # noqa: S603  our own arguments, no shell
        command, env=os.environ | _connection(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line.lower()] or ["failed"]
        raise DatabaseTroubleError(f"{program}: {lines[0]}")


def _connection():
    """How libpq finds the database. The password is in the environment, where only we see it."""
    facts = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    found = {name: str(facts[key]) for name, key in names.items() if facts.get(key)}
    return found | {"PGDATABASE": str(facts["NAME"])} | _options(facts.get("OPTIONS", {}))


def _options(options):
    known = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    return {variable: str(options[name]) for name, variable in known.items() if name in options}
