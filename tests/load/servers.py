"""A real web server on a database of its own, as the Procfile starts it."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def database_url(settings):
    """The URL of the database in Django's `settings`, for an environment variable."""
    if settings["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{settings['NAME']}"
    user, password = quote(settings["USER"], safe=""), quote(settings["PASSWORD"], safe="")
    host, port = quote(settings["HOST"] or "localhost", safe=""), settings["PORT"] or 5432
    return f"postgres://{user}:{password}@{host}:{port}/{settings['NAME']}"


def environment(url, folder, port):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "ENV_FILE": os.devnull,
        "DATABASE_URL": url,
        "VAR_ROOT": str(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "WEB_CONCURRENCY": "3",
        "WEB_THREADS": "4",
    }


@contextmanager
def web_server(url, folder, **given):
    """Yields (URL, environment). The log is in `folder`/server.log. `given` are more settings."""
    port = free_port()
    settings = environment(url, folder, port) | given
    command = [sys.executable, "-m", *web_command()]
    log = Path(folder) / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=settings, stdout=output, stderr=subprocess.STDOUT
        )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(base, server, log)
        yield base, settings
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def worker(settings, folder):
    """A worker in the environment of a web server. The log is in `folder`/worker.log."""
    with (Path(folder) / "worker.log").open("wb") as output:
        command = [sys.executable, "manage.py", "run_worker"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=settings, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(40)


def errors(folder):
    """The log of the server from the first traceback on, for the report of a failed test."""
    log = (Path(folder) / "server.log").read_text("utf-8", "replace")
    return log[max(0, log.find("Traceback") - 500) :][:6000]


def web_command():
    lines = (ROOT / "Procfile").read_text().splitlines()
    command = next(line for line in lines if line.startswith("web:"))
    return command.removeprefix("web:").split()


def manage(settings, *arguments):
    """Run a management command beside the server. Returns the finished process."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _wait_for(base, server, log):
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"The server did not start:\n{log.read_text()[-4000:]}")


@contextmanager
def copied_database(connection, folder):
    """Point `connection`, and every new one in this process, to a copy of its database."""
    settings = connection.settings_dict
    original = settings["NAME"]
    connection.close()
    copy = _copy_sqlite(original, folder) if connection.vendor == "sqlite" else _copy(settings)
    settings["NAME"] = copy
    try:
        yield database_url(settings)
    finally:
        connection.close()
        settings["NAME"] = original
        if connection.vendor == "postgresql":
            _on_server(settings, f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


def _copy_sqlite(original, folder):
    copy = Path(folder) / "race.sqlite3"
    with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)  # a copy of the file would miss what is still in the write-ahead log
    return str(copy)


def _copy(settings):
    copy = f"{settings['NAME']}_race_{os.getpid()}"
    _on_server(settings, f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
    _on_server(settings, f'CREATE DATABASE "{copy}" TEMPLATE "{settings["NAME"]}"')
    return copy


def _on_server(settings, statement):
    import psycopg

    with psycopg.connect(
        dbname="postgres",
        user=settings["USER"],
        password=settings["PASSWORD"],
        host=settings["HOST"],
        port=settings["PORT"] or None,
        autocommit=True,
    ) as server:
        server.execute(statement)
