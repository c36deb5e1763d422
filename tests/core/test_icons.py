"""The mark of the site where browsers look for it, and for when a page is shared."""

import json

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from PIL import Image
from wagtail.images.tests.utils import get_test_image_file

from core.models import SiteImage
from home.models import ContentPage

pytestmark = pytest.mark.anywhere


def size_of(name):
    with Image.open(finders.find(name)) as image:
        return image.size


@pytest.mark.parametrize("name", ["favicon.ico", "apple-touch-icon.png"])
def test_browsers_find_the_mark_without_being_told(client, db, name):
    assert client.get(f"/{name}")["Location"] == f"/static/img/{name}"
    assert size_of(f"img/{name}")[0] >= 48


def test_the_manifest_names_icons_of_the_size_that_it_says(loaded_site, client):
    response = client.get("/site.webmanifest")

    facts = json.loads(response.content)
    assert response["Content-Type"] == "application/manifest+json"
    assert facts["name"] == "Runningtherapie.nl"
    for icon in facts["icons"]:
        size = size_of(icon["src"].removeprefix("/static/"))
        assert "{}x{}".format(*size) == icon["sizes"]


def shared(client, url):
    html = BeautifulSoup(client.get(url).content, "html.parser")
    return {
        name: html.select_one(f"meta[property='og:image{name}']")["content"]
        for name in ("", ":width", ":height", ":alt")
    }


def test_a_shared_page_has_the_picture_that_staff_chose(loaded_site, client):
    page = ContentPage.objects.get(slug="privacy")
    page.share_image = SiteImage.objects.create(title="Duinen", file=get_test_image_file())
    page.save_revision().publish()

    assert shared(client, page.url)[""].startswith("http://testserver/media/images/")
    assert shared(client, "/voorwaarden/")[""].startswith(
        "http://testserver/voorwaarden/share.png?v="
    )


def test_what_is_no_page_is_shared_with_the_mark(loaded_site, client):
    assert shared(client, "/zoeken/") == {
        "": "http://testserver/static/img/share.png",
        ":width": "1200",
        ":height": "630",
        ":alt": "Runningtherapie.nl",
    }
    assert size_of("img/share.png") == (1200, 630)
