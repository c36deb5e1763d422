"""What every template keeps to, whatever it shows."""

import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.anywhere

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("site", "courses", "faq", "home", "people", "search")
MOST_CHARACTERS = 160
# A button is a flex container with a gap: white space behind hidden words would be an item in it.
LOOSE_END = re.compile(r'"visually-hidden">[^\n]*</span>\s+</(?:a|button)>')


def templates():
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("templates/**/*.*")]
    assert ROOT / "site/templates/base.html" in found
    return found


def test_no_line_is_too_long_to_read():
    too_long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in templates()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > MOST_CHARACTERS
    ]

    assert too_long == []


def test_a_button_ends_where_its_hidden_words_end():
    loose = [path.name for path in templates() if LOOSE_END.search(path.read_text())]

    assert loose == []
