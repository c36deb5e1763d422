"""The real site: gunicorn and the worker on a database of their own."""

import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass(frozen=True)
class LiveSite:
    url: str
    folder: Path
    username: str
    password: str
    env: dict

    def shell(self, code):
        """The output of this code in the shell of the site."""
        return manage(self.env, "shell", "--verbosity", "0", "-c", code)

    def mails_to(self, address, seconds=90, saying=""):
        """The texts of mails to this address that contain `saying`; waits for the first.

        The worker does not wait for the minute in which it would mail invoices and certificates.
        """
        self.make_jobs_due()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            files = sorted((self.folder / "mail").glob("*.eml"))
            mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
            mine = [mail for mail in mails if address in str(mail["To"])]
            texts = [mail.get_body(["plain"]).get_content() for mail in mine]
            if found := [text for text in texts if saying in text]:
                return found
            time.sleep(0.3)
        return []

    def make_jobs_due(self):
        """Whatever the worker does by itself is due now."""
        with contextlib.closing(
            sqlite3.connect(self.folder / "db.sqlite3", timeout=20)
        ) as database:
            database.execute(
                "UPDATE core_jobrun SET due_at = '2000-01-01' WHERE leased_until IS NULL"
            )
            database.commit()


@contextlib.contextmanager
def served(folder, mollie, prepare=lambda folder: None):
    """The site with its first content and a worker, on a database in this folder.

    `prepare(folder)` may put a database and its media there, to be brought up to date.
    """
    port = free_port()
    url = f"http://localhost:{port}"
    env = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ENV_FILE": "/dev/null",
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "VAR_ROOT": str(folder),
        "SITE_URL": url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "LOG_LEVEL": "WARNING",
        "MOLLIE_API_KEY": "test_made-up-0123456789",
        "MOLLIE_API_URL": mollie.url,
        "MOLLIE_WEBHOOK_SECRET": "made-up-for-browser-tests-0123456789",
    }
    prepare(folder)
    manage(env, "migrate", "--noinput", "--verbosity", "0")
    manage(env, "load_content")
    username, password = manage(env, "local_login").split()[-3::2]
    log = (folder / "log.txt").open("w")
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "site/config/gunicorn.py"]
    commands = [
        [*gunicorn, "--pythonpath", "site", "config.wsgi"],
        [sys.executable, "manage.py", "run_worker"],
    ]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log) for command in commands
    ]
    try:
        wait_until_served(url)
        yield LiveSite(url, folder, username, password, env)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
        log.close()


def manage(env, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until_served(url, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz"):
            return
        time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")
