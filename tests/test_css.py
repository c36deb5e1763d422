"""Where colours stand, and the rules for courses.

A colour has its value in a layer `tokens` and nowhere else. That is asked of style sheets and of
templates. A drawing in a file of its own (.svg) is outside: it does not see the tokens of a page.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.anywhere

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("site", "courses", "faq", "home", "people", "search")
COLOUR = re.compile(
    r"(?<!&)#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(|\b(?:hwb|lab|lch|oklab|oklch)\(", re.IGNORECASE
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
TOKENS = re.compile(r"^@layer tokens \{.*?^\}", re.DOTALL | re.MULTILINE)
OF_COURSES = re.compile(
    r"\.(?:answers|change|check|course|event|filter|offer|other-date|paper|past-list|progress"
    r"|refund|sign-up|state|status|sum|swap|team|timeline|verb)[\w-]*"
)
TEMPLATES_WITH_COLOURS = {
    "site/templates/base.html",  # theme-color takes no custom property; compared below
    "site/mail/templates/mail/message.html",  # mail programs know no custom properties
    "courses/templates/courses/office/handover.html",  # stands alone in a ZIP file
}


def rules(path):
    return COMMENT.sub("", path.read_text())


def files(pattern):
    return [path for folder in FOLDERS for path in (ROOT / folder).rglob(pattern)]


def colours(text):
    return [found.group() for found in COLOUR.finditer(text)]


def name(path):
    return str(path.relative_to(ROOT))


def test_a_style_sheet_names_a_colour_only_among_the_tokens():
    sheets = files("static/**/*.css")
    stray = {name(sheet): colours(TOKENS.sub("", rules(sheet))) for sheet in sheets}

    assert {sheet: found for sheet, found in stray.items() if found} == {}
    assert [name(sheet) for sheet in sheets if colours(rules(sheet))] != []


def test_a_template_names_no_colour():
    found = {name(path) for path in files("templates/**/*.html") if colours(path.read_text())}

    assert found == TEMPLATES_WITH_COLOURS


def test_the_frame_of_a_browser_has_the_colour_of_the_page():
    tokens = (ROOT / "site/static/css/base.css").read_text()
    surface = re.search(r"--surface: light-dark\((#\w+), (#\w+)\)", tokens)
    page = (ROOT / "site/templates/base.html").read_text()

    assert re.findall(r'"theme-color" content="(#\w+)"', page) == list(surface.groups())


def test_what_only_courses_show_has_its_rules_in_courses():
    sheets = list((ROOT / "site/static/css").glob("*.css"))
    found = {sheet.name: OF_COURSES.findall(rules(sheet)) for sheet in sheets}

    assert found == {sheet.name: [] for sheet in sheets}
    assert OF_COURSES.search(rules(ROOT / "courses/static/courses/css/dates.css"))
