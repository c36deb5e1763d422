"""A real browser on the real site: gunicorn and the worker on a database of their own."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.fake_mollie import FakeMollie

ROOT = Path(settings.BASE_DIR)
HERE = ROOT / "tests" / "browser"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(config, items):
    asked_for = "browser" in (config.option.markexpr or "")
    reasons = [
        (not asked_for, "browser tests: run them with make test ARGS='-m browser'"),
        (CHROMIUM is None, "browser tests need Chromium"),
    ]
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            for holds, reason in reasons:
                if holds:
                    item.add_marker(pytest.mark.skip(reason=reason))
                    break


@dataclass(frozen=True)
class LiveSite:
    url: str
    folder: Path
    username: str
    password: str
    env: dict

    def shell(self, code):
        """What this prints in the site's own shell."""
        return manage(self.env, "shell", "--verbosity", "0", "-c", code)

    def mails_to(self, address, seconds=30):
        """The texts of the mails that the worker sent to this address; waits for the first."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            files = sorted((self.folder / "mail").glob("*.eml"))
            mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
            if found := [mail for mail in mails if address in str(mail["To"])]:
                return [mail.get_body(["plain"]).get_content() for mail in found]
            time.sleep(0.3)
        return []


@pytest.fixture(scope="session")
def mollie():
    """The payment provider: another origin than the site."""
    with FakeMollie() as provider:
        yield provider


@pytest.fixture(scope="session")
def live(tmp_path_factory, mollie):
    folder = tmp_path_factory.mktemp("live")
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


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Record:
    """What the browser did that a reader does not see."""

    elsewhere: list = field(default_factory=list)
    complaints: list = field(default_factory=list)
    goes_to_the_bank: bool = False


@pytest.fixture(scope="session")
def open_browser(live, chromium, mollie):
    """Opens a page of its own, without cookies, that cannot reach any other host.

    With `goes_to_the_bank` it can reach that one; else the page before the bank stays as it is.
    """
    opened = []

    def new_page(viewport=DESK, *, goes_to_the_bank=False, **options):
        context = chromium.new_context(
            base_url=live.url, viewport=viewport, locale="nl-NL", **options
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.record = watch(page, live.url, mollie.url)
        page.record.goes_to_the_bank = goes_to_the_bank
        return page

    yield new_page
    for context in opened:
        context.close()


def watch(page, home, bank):
    record = Record()
    host, bank_host = urlsplit(home).netloc, urlsplit(bank).netloc

    def route(request):
        asked = urlsplit(request.request.url).netloc
        if asked == host or (asked == bank_host and record.goes_to_the_bank):
            request.continue_()
        elif asked == bank_host:
            request.fulfill(status=204)  # no content: the browser stays where it is
        else:
            record.elsewhere.append(request.request.url)
            request.abort()

    def listen(message):
        if message.type in ("error", "warning"):
            record.complaints.append(message.text)

    page.route(lambda url: not url.startswith(("data:", "blob:")), route)
    page.on("console", listen)
    page.on("pageerror", lambda error: record.complaints.append(str(error)))
    return record


@pytest.fixture
def phone(open_browser):
    page = open_browser(PHONE, has_touch=True, reduced_motion="reduce")
    yield page
    page.context.close()


@pytest.fixture
def desk(open_browser):
    page = open_browser(DESK, reduced_motion="reduce")
    yield page
    page.context.close()
