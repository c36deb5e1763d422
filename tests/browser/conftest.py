"""A real browser on the real site, see `sites.served`."""

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from tests import databases
from tests.browser.sites import CHROMIUM, ROOT, served
from tests.fake_mollie import FakeMollie

HERE = ROOT / "tests" / "browser"
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


@pytest.fixture(scope="session")
def mollie():
    """The payment provider, on another origin than the site."""
    with FakeMollie() as provider:
        yield provider


@pytest.fixture(scope="session")
def live(tmp_path_factory, mollie, django_db_blocker):
    def prepare(folder):
        with django_db_blocker.unblock():
            databases.put_into(folder, "english_content")

    with served(tmp_path_factory.mktemp("live"), mollie, prepare) as site:
        yield site


@pytest.fixture(scope="session")
def day(live):
    """The ids of what `tests.office_day` has added to the site."""
    return json.loads(live.shell("from tests.office_day import prepare; prepare()"))


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Record:
    """What the browser did without showing it: requests to other hosts, messages in the console."""

    elsewhere: list = field(default_factory=list)
    complaints: list = field(default_factory=list)
    goes_to_the_bank: bool = False


@pytest.fixture(scope="session")
def open_browser(live, chromium, mollie):
    """Open a page in a browser of its own, without cookies, that cannot reach any other host.

    With `goes_to_the_bank` it can reach the bank; otherwise it stays on the page that leads there.
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
            request.fulfill(status=204)  # no content, so the browser stays on the page
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


@pytest.fixture(scope="module")
def staff(open_browser, live):
    """A browser in which a member of staff has logged in."""
    page = open_browser(DESK, reduced_motion="reduce")
    page.goto("/admin/")
    page.locator("[name=login]").fill(live.username)
    page.locator("[name=password]").fill(live.password)
    with page.expect_navigation(url="**/admin/"):
        page.keyboard.press("Enter")
    page.record.complaints.clear()
    yield page
    page.context.close()
