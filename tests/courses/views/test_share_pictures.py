"""The pictures of pages for when they are shared, as messengers fetch them."""

import io

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from wagtail.models import PageViewRestriction

from courses.documents import share_pictures, typesetting
from courses.domain import go_no_go
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SHARE_PICTURES_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def made(monkeypatch):
    """The words of each picture that was set."""
    words, setting = [], typesetting.png

    def png(document, given, language):
        words.append(given | {"language": language})
        return setting(document, given, language)

    monkeypatch.setattr(typesetting, "png", png)
    return words


def fetch(client, page, **headers):
    return client.get(page.url + "share.png", headers=headers)


def shared(client, page):
    html = BeautifulSoup(client.get(page.url).content, "html.parser")
    return {
        name: html.select_one(f"meta[property='og:image{name}']")["content"]
        for name in ("", ":width", ":height", ":alt")
    }


def test_a_page_names_a_picture_of_the_size_that_it_says(client, event):
    named = shared(client, event.page)
    published = int(event.page.last_published_at.timestamp())
    assert named == {
        "": f"{event.page.canonical_url}share.png?v={published}",
        ":width": "1200",
        ":height": "630",
        ":alt": f"{event.title}, {event.days_in_words}",
    }
    response = client.get(named[""].removeprefix("http://testserver"))
    assert response["Content-Type"] == "image/png"
    assert not response.cookies
    with Image.open(io.BytesIO(response.content)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))


def test_a_date_shows_course_days_town_and_route(client, made, event, neighbour):
    fetch(client, event.page)
    [words] = made
    assert {name: words[name] for name in ("above", "heading", "below", "state")} == {
        "above": "Driedaagse cursus",
        "heading": event.days_in_words,
        "below": "Dalfsen",
        "state": "",
    }
    assert words["stops"] == [0.06, 0.1578, 0.94]  # two days together, and the return day


def test_a_date_that_is_called_off_says_so(client, made, event, office):
    fetch(client, event.page)
    go_no_go.call_off(event.roster, by=office)
    fetch(client, event.page)
    assert [words["state"] for words in made] == ["", "Deze datum gaat niet door"]


def test_any_other_page_shows_its_title_and_that_of_the_page_above(client, made, event):
    fetch(client, event.course)
    fetch(client, factories.home())
    shown = [(words["above"], words["heading"], words["stops"]) for words in made]
    assert shown == [("Cursus", "Driedaagse cursus", [0.94]), ("", factories.home().title, [0.94])]


def test_the_same_facts_are_set_once_and_new_ones_anew(client, made, event):
    first, second = fetch(client, event.page), fetch(client, event.page)
    assert first.content == second.content
    assert len(made) == 1
    unchanged = fetch(client, event.page, if_none_match=first["ETag"])
    assert unchanged.status_code == 304

    part = event.page.parts.first()
    part.place = "Vlieland"
    event.page.parts.set([part])
    factories.publish(event.page)
    changed = fetch(client, event.page, if_none_match=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert [words["below"] for words in made] == ["Dalfsen", "Vlieland"]


def test_no_more_pictures_are_kept_than_there_is_room_for(monkeypatch, folder, institute):
    monkeypatch.setattr(share_pictures, "MOST", 3)
    monkeypatch.setattr(share_pictures, "KEPT_WHEN_FULL", 2)
    page = factories.home()
    names = []
    for number in range(4):
        page.title = f"Titel {number}"
        names.append(share_pictures.picture(share_pictures.of_page(page), "nl")[1])
    kept = {path.stem for path in folder.glob("*.png")}
    assert kept == set(names[2:])
    assert not list(folder.glob("*.part"))


def test_drafts_and_pages_behind_a_password_have_no_picture(client, made, event):
    draft = factories.event_page(event.course)
    PageViewRestriction.objects.create(
        page=event.course, restriction_type=PageViewRestriction.PASSWORD, password="x"
    )
    assert client.get(f"{event.course.url}{draft.slug}/share.png").status_code == 404
    assert fetch(client, event.page).status_code == 404
    assert client.get("/niets/share.png").status_code == 404
    assert made == []
