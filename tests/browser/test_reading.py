"""Every page in a reader's browser: without errors, private, valid and accessible."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field

import pytest

from tests.browser.conftest import DESK, HERE, PHONE

AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"


VNU = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


NARROW = {"width": 320, "height": 640}


# (viewport, colour scheme, rules). Two of the four combinations check only what can differ there.
LOOKS = [
    (PHONE, "light", None),
    (PHONE, "dark", ["color-contrast"]),
    (DESK, "light", ["color-contrast", "target-size"]),
    (DESK, "dark", None),
]


needs_axe = pytest.mark.skipif(
    not AXE.is_file(), reason="needs axe-core: npm ci --prefix tests/browser --ignore-scripts"
)


needs_vnu = pytest.mark.skipif(
    not VNU.is_file() or shutil.which("java") is None,
    reason="needs Java and vnu-jar: npm ci --prefix tests/browser --ignore-scripts",
)


@dataclass
class Visit:
    source: str
    status: int
    complaints: list
    elsewhere: list
    cookies: list
    stored: int
    too_wide: list
    violations: list = field(default_factory=list)


class Walk:
    """Visits page after page as one reader, and records a Visit of each."""

    def __init__(self, page):
        self.page = page
        self.visits = {}

    def open(self, path):
        self.page.set_viewport_size(PHONE)
        self.look(path, self.page.goto(path))

    def press(self, name, selector):
        with self.page.expect_navigation() as navigation:
            self.page.locator(selector).first.click()
        self.look(name, navigation.value)

    def look(self, name, response):
        page = self.page
        self.visits[name] = Visit(
            source=response.text(),
            status=response.status,
            complaints=[],
            elsewhere=[],
            cookies=[cookie["name"] for cookie in page.context.cookies()],
            stored=page.evaluate("localStorage.length + sessionStorage.length"),
            too_wide=self.too_wide(),
            violations=self.violations(),
        )
        # Read last, so that messages caused by the checks above are included.
        self.visits[name].complaints += unexpected(page.record.complaints, response.status)
        self.visits[name].elsewhere += page.record.elsewhere
        page.record.complaints.clear()
        page.record.elsewhere.clear()

    def too_wide(self):
        self.page.set_viewport_size(NARROW)
        return self.page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.tagName + '.' + e.className).slice(0, 5)"""
        )

    def violations(self):
        if not AXE.is_file():
            return []
        found = []
        self.page.evaluate(AXE.read_text())
        for viewport, scheme, rules in LOOKS:
            self.page.set_viewport_size(viewport)
            self.page.emulate_media(color_scheme=scheme)
            only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
            result = self.page.evaluate(
                "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only
            )
            found += [
                f"{viewport['width']} {scheme}: {violation['id']} {node['target']} "
                f"{node['any'][0]['message'] if node['any'] else violation['help']}"
                for violation in result["violations"]
                for node in violation["nodes"]
            ]
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(PHONE)
        return found


def unexpected(complaints, status):
    """The messages without Chromium's own about the status of the page."""
    return [text for text in complaints if f"status of {status}" not in text or status == 200]


def addresses(page):
    """The addresses of all pages in the sitemap, and of some that are not in it."""
    text = page.request.get("/sitemap.xml").text()
    listed = [re.sub(r"https?://[^/]+", "", loc) for loc in re.findall(r"<loc>(.*?)</loc>", text)]
    searches = ["/zoeken/", "/zoeken/?q=cursus", "/zoeken/?q=kwantumfysica", "/en/search/"]
    return [*listed, *searches, "/cursus/?plaats=Atlantis", "/nergens/", "/account/login/"]


@pytest.fixture(scope="session")
def walk(open_browser, mollie):
    """All public pages, then a sign-up from the form to its paid page, as seen by one reader."""
    walk = Walk(open_browser(PHONE, reduced_motion="reduce"))
    page = walk.page
    for path in addresses(page):
        walk.open(path)
    page.goto("/cursus/")
    form = page.locator("main a[href*='/inschrijven/rt']").first.get_attribute("href")
    walk.open(form)
    page.wait_for_timeout(2100)
    walk.press("errors", "main button[value=check]")
    fill_in(page)
    walk.press("check", "main button[value=check]")
    page.context.clear_cookies()
    walk.press("lost token", "main button[value=confirm]")
    walk.press("to the bank", "main form[method=post] button")
    status = page.url.removesuffix("betalen/")
    walk.look("waiting for the bank", page.goto(f"{status}terug/"))
    walk.look("not paid", page.goto(status))
    look_at_links(walk, status)
    mollie.set_status(list(mollie.payments)[-1], "paid")
    walk.look("paid", page.goto(f"{status}terug/"))
    look_at_links(walk, status)
    page.goto(form)
    fill_in(page)
    page.locator("[name=phone]").fill("06 87654321")
    page.wait_for_timeout(2100)
    page.locator("main button[value=check]").click()
    walk.press("signed up already", "main button[value=confirm]")
    walk.open(re.sub(r"/rt[^/]+/", "/rt21032019/", form))
    page.goto("/contact/")
    page.wait_for_timeout(2100)
    walk.press("contact errors", "main form[method=post] button")
    page.goto("/")
    page.locator("[data-menu] summary").click()
    walk.look("menu", page.request.get("/"))
    return walk


def look_at_links(walk, status):
    """Visit every page that the person's own page links to."""
    page = walk.page
    page.goto(status)
    links = page.locator("main a").evaluate_all("links => links.map(link => link.href)")
    for link in dict.fromkeys(links):
        if link.startswith(status) and link != status and link.endswith("/"):
            walk.look(f"{link.removeprefix(status)} of {page.title()}", page.goto(link))


def fill_in(page):
    texts = {
        "first_name": "Axel",
        "last_name": "Deque",
        "email": "axel@example.nl",
        "phone": "0612345678",
        "street": "Dorpsstraat 1",
        "postcode": "1234AB",
        "city": "Dalfsen",
    }
    for name, text in texts.items():
        page.locator(f"main [name={name}]").fill(text)
    page.locator("[name=admission][value=hbo]").check()
    page.locator("[name=buyer][value=private]").check()
    page.locator("[name=consent_0]").check()


def wrong(walk, what):
    """{page: what(visit)} where that is not empty."""
    return {name: found for name, visit in walk.visits.items() if (found := what(visit))}


def test_every_page_answers_with_its_status(walk):
    statuses = {name: visit.status for name, visit in walk.visits.items() if visit.status != 200}
    past = next(name for name in walk.visits if "rt21032019" in name and "inschrijven" in name)

    assert statuses == {
        "/nergens/": 404,
        "errors": 422,
        "lost token": 403,
        past: 410,
        "contact errors": 422,
    }
    assert len(walk.visits) > 30


def test_no_page_requests_anything_from_another_host(walk):
    assert wrong(walk, lambda visit: visit.elsewhere) == {}


def test_readers_get_no_cookie_and_nothing_is_stored(walk):
    with_cookies = wrong(walk, lambda visit: visit.cookies)
    before_any_form = list(walk.visits)[: list(walk.visits).index("/contact/")]

    assert [name for name in before_any_form if name in with_cookies] == []
    assert {name for names in with_cookies.values() for name in names} <= {"csrftoken"}
    assert wrong(walk, lambda visit: visit.stored) == {}


def test_no_page_causes_an_error_or_warning_in_the_console(walk):
    assert wrong(walk, lambda visit: visit.complaints) == {}


def test_no_page_has_to_be_scrolled_sideways(walk):
    assert wrong(walk, lambda visit: visit.too_wide) == {}


@needs_axe
def test_no_rule_of_accessibility_is_broken(walk):
    assert wrong(walk, lambda visit: visit.violations) == {}


@needs_vnu
def test_every_page_is_valid_html(walk, tmp_path):
    for number, (name, visit) in enumerate(walk.visits.items()):
        folder = tmp_path / f"{number:02}{re.sub(r'[^a-z0-9]+', '-', name)}"
        folder.with_suffix(".html").write_text(visit.source)

    checked = subprocess.run(
        ["java", "-jar", VNU, "--errors-only", "--format", "json", *tmp_path.glob("*.html")],
        capture_output=True,
        text=True,
        check=False,
    )

    messages = json.loads(checked.stderr)["messages"]
    assert [
        f"{m['url'].rpartition('/')[2]}:{m.get('lastLine')} {m['message']} {m.get('extract')}"
        for m in messages
    ] == []


@needs_axe
def test_the_checks_notice_a_page_that_breaks_the_rules(open_browser):
    walk = Walk(open_browser(PHONE))
    walk.page.goto("/")

    walk.page.evaluate(
        """document.querySelector('main').insertAdjacentHTML('beforeend',
        '<img src="https://example.org/x.png"><p style="color: red">x</p><button></button>')"""
    )
    walk.page.evaluate("fetch('https://example.org/').catch(() => {})")
    walk.page.wait_for_timeout(200)

    rules = {violation.split()[2] for violation in walk.violations()}
    assert {"image-alt", "button-name"} <= rules
    assert len(walk.page.record.complaints) >= 3
    assert walk.page.context.cookies() == []
