"""The pages of the office with a screen reader, on a phone and in the dark scheme."""

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_reading import AXE, TAGS, needs_axe

PAGES = [
    "",
    "rosters/{near}/",
    "rosters/{near}/people/",
    "rosters/{near}/people/add/",
    "rosters/{near}/people/bulk/record-payment/?id={waiting}",
    "rosters/{near}/call-off/",
    "rosters/{begun}/presence/",
    "rosters/{begun}/message/",
    "sign-ups/{mover}/",
    "sign-ups/{mover}/move/",
    "refunds/",
    "invoices/",
    "revenue/",
    "new-date/",
    "personal-data/sign-up/{paid}/",
]


@pytest.fixture
def narrow_staff(staff):
    staff.set_viewport_size(PHONE)
    yield staff
    staff.set_viewport_size(DESK)
    staff.emulate_media(color_scheme="light")


# The button for the filters, which is Wagtail's, shows a number that is not in its name.
WAGTAILS = {("label-content-name-mismatch", ".w-slim-header-action-button")}


def violations(page, only):
    """What axe finds in our part of the page; the rest is Wagtail's."""
    result = page.evaluate(
        "only => axe.run('main', {runOnly: only, resultTypes: ['violations']})", only
    )
    found = [
        (violation["id"], *node["target"])
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
    return [" ".join(row) for row in found if row not in WAGTAILS]


@needs_axe
def test_the_office_is_accessible(narrow_staff, day):
    page = narrow_staff
    found = {}
    for path in PAGES:
        page.emulate_media(color_scheme="light")
        assert page.goto("/admin/" + path.format(**day)).status == 200, path
        page.evaluate(AXE.read_text())
        wrong = violations(page, {"type": "tag", "values": TAGS})
        page.emulate_media(color_scheme="dark")
        page.evaluate("document.getAnimations().forEach(fading => fading.finish())")
        wrong += violations(page, {"type": "rule", "values": ["color-contrast"]})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append("is wider than a phone")
        if wrong:
            found[path] = wrong

    assert found == {}
