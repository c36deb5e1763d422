"""The staff guide matches the screens: its pictures, links and names of buttons."""

import functools
import re
from pathlib import Path

import polib
import pytest
import wagtail
import wagtail_localize
from django.conf import settings
from django.urls import reverse

from core import guide
from tests.courses.office.conftest import make_client  # noqa: F401

pytestmark = pytest.mark.anywhere

CHAPTERS = guide.chapters()
CATALOGUES = [
    *(settings.BASE_DIR / app for app in ("site", "courses", "faq", "home", "people", "search")),
    Path(wagtail.__file__).parent,
    Path(wagtail_localize.__file__).parent,
]
PLACEHOLDER = r"%\(\w+\)[sd]|\{\w+\}|%[sd]"


def all_chapters(function):
    return pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)(function)


@pytest.fixture(params=["Teksten", "Geld"])
def staff(request, make_client):  # noqa: F811
    return make_client(request.param)


@functools.cache
def words_of_the_screen():
    """(all Dutch texts in the catalogues, patterns for those with placeholders)."""
    said = set()
    for folder in CATALOGUES:
        for file in folder.rglob("locale/nl/LC_MESSAGES/*.mo"):
            for entry in polib.mofile(str(file)):
                said |= {entry.msgstr, *entry.msgstr_plural.values()}
    return {_words(text) for text in said}, [_pattern(text) for text in said if _says_enough(text)]


def _words(text):
    return text.strip().rstrip(":").casefold()


def _pattern(text):
    literal = [re.escape(part) for part in re.split(PLACEHOLDER, _words(text))]
    return re.compile(".+".join(literal))


def _says_enough(text):
    """Whether its pattern has enough letters: with placeholders only, it would match anything."""
    return re.search(PLACEHOLDER, text) and len(re.sub(PLACEHOLDER, "", text)) >= 8


def is_on_the_screen(words):
    exact, patterns = words_of_the_screen()
    words = _words(words)
    return words in exact or any(pattern.fullmatch(words) for pattern in patterns)


def in_bold(chapter):
    return set(re.findall(r"\*\*(.+?)\*\*", chapter.source))


def test_there_are_chapters_in_order():
    assert [chapter.file.name[:2] for chapter in CHAPTERS] == [
        f"{number:02}" for number in range(1, len(CHAPTERS) + 1)
    ]
    assert len({chapter.slug for chapter in CHAPTERS}) == len(CHAPTERS) >= 8


def test_the_contents_link_to_every_chapter(staff):
    html = staff.get(reverse("guide:index")).content.decode()

    for chapter in CHAPTERS:
        assert f'<a href="{chapter.url}">{chapter.title}</a>' in html
        assert 40 < len(chapter.summary) < 200


@pytest.mark.django_db
def test_every_chapter_is_shown(make_client):  # noqa: F811
    client = make_client("Bureau")
    for chapter in CHAPTERS:
        html = client.get(chapter.url).content.decode()

        assert re.search(rf"<h1[^>]*>(?:(?!</h1>).)*{re.escape(chapter.title)}", html, re.DOTALL)
        assert "**" not in html
        assert ".md" not in chapter.html


def test_every_picture_exists_and_is_used():
    used = [
        name for chapter in CHAPTERS for name in re.findall(r"\]\(pictures/(.+?)\)", chapter.source)
    ]
    there = sorted(file.name for file in (guide.FOLDER / "pictures").iterdir())

    assert sorted(used) == there


def test_pictures_are_small_and_described():
    for file in (guide.FOLDER / "pictures").iterdir():
        assert file.stat().st_size <= 80_000, file.name
    for chapter in CHAPTERS:
        assert "![](" not in chapter.source


@all_chapters
def test_links_point_to_chapters_and_headings(chapter):
    files = {other.file.name: other for other in CHAPTERS}
    for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", chapter.source):
        if target.startswith("#"):
            assert f'id="{target[1:]}"' in chapter.html
        else:
            assert target in files


@all_chapters
def test_words_in_bold_are_on_the_screen(chapter):
    """Bold marks names of buttons, menus and fields: when one is renamed, this fails."""
    assert [words for words in sorted(in_bold(chapter)) if not is_on_the_screen(words)] == []


def test_the_guide_needs_a_login(client, db):
    answer = client.get(reverse("guide:chapter", args=[CHAPTERS[0].slug]))

    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (
        302,
        "/account/login/",
    )


def test_an_unknown_chapter_or_picture_is_not_found(staff):
    assert staff.get(reverse("guide:chapter", args=["onzin"])).status_code == 404
    assert staff.get(reverse("guide:picture", args=["onzin"])).status_code == 404


def test_a_picture_is_shown(staff):
    answer = staff.get(reverse("guide:picture", args=["week"]))

    assert answer.headers["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    answer.close()


def test_the_start_page_links_to_the_guide(staff):
    assert f'href="{reverse("guide:index")}"' in staff.get("/admin/").content.decode()
