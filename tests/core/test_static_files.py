from contextlib import closing

import pytest
from django.contrib.staticfiles import finders, storage
from django.http import HttpResponse

from core import static_files
from core.static_files import StaticFiles

pytestmark = [pytest.mark.anywhere, pytest.mark.django_db]
OLD, NEW = "0123456789ab", "ba9876543210"


@pytest.fixture
def served(tmp_path, settings):
    """Asks the middleware for a path; the folder holds one style sheet of this release."""
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    for name in ("site.css", f"site.{NEW}.css", "other.css"):
        (tmp_path / name).write_text(f"/* {name} */")
    middleware = StaticFiles(lambda request: HttpResponse(status=404))

    def ask(rf, path):
        with closing(middleware(rf.get(path))) as response:
            return response.status_code, b"".join(response).decode()

    return ask


def test_a_page_of_another_release_gets_its_style_sheet_as_it_is_now(served, rf):
    assert served(rf, f"/static/site.{OLD}.css") == (200, "/* site.css */")
    assert served(rf, f"/static/site.{NEW}.css") == (200, f"/* site.{NEW}.css */")


@pytest.mark.parametrize(
    "path", ["/static/gone.0123456789ab.css", "/static/site.old.css", "/site.0123456789ab.css"]
)
def test_what_never_was_there_is_not_found(served, rf, path):
    assert served(rf, path) == (404, "")


class Manifest:
    def __init__(self, names):
        self.hashed_files = {name: name for name in names}


@pytest.fixture
def collected(monkeypatch):
    """Pretend that `collectstatic` collected these files; None where nothing is hashed."""

    def collect(names):
        found = storage.StaticFilesStorage() if names is None else Manifest(names)
        monkeypatch.setattr(static_files, "staticfiles_storage", found)

    return collect


def test_the_start_needs_static_files_only_where_they_are_hashed(collected):
    collected(None)
    static_files.stop_unless_collected()
    static_files.stop_if_outdated()
    collected([])
    with pytest.raises(SystemExit) as stop:
        static_files.stop_unless_collected()
    assert stop.value.code == static_files.STOP_CODE


def test_static_files_of_another_release_stop_the_start(collected, capsys):
    found = [path for finder in finders.get_finders() for path, _ in finder.list([".*"])]
    assert not [path for path in found if path.endswith(".gitignore")]  # collectstatic takes none
    collected(found)
    static_files.stop_if_outdated()
    collected(set(found) - {"css/base.css"})
    with pytest.raises(SystemExit):
        static_files.stop_if_outdated()
    [line] = capsys.readouterr().err.splitlines()
    assert "css/base.css" in line
