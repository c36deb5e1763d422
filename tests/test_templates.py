"""What every template keeps to, whatever it shows."""

from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.anywhere

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("site", "courses", "faq", "home", "people", "search")
MOST_CHARACTERS = 160


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
