"""A picture beside the title of the home page or of a text page."""

import pytest
from bs4 import BeautifulSoup
from wagtail.images.tests.utils import get_test_image_file

from core.models import SiteImage
from home.models import ContentPage

pytestmark = pytest.mark.anywhere


@pytest.fixture
def image(loaded_site):
    return SiteImage.objects.create(
        title="Duinen", description="Een loper in de duinen", file=get_test_image_file()
    )


def opening_of(client, page):
    html = BeautifulSoup(client.get(page.url).content, "html.parser")
    return html.select_one(".opening img.opening__picture")


def test_the_home_page_shows_it_with_its_description_and_at_once(loaded_site, client, image):
    assert opening_of(client, loaded_site) is None
    loaded_site.hero_picture = image
    loaded_site.save_revision().publish()
    shown = opening_of(client, loaded_site)
    assert (shown["alt"], shown.get("loading")) == ("Een loper in de duinen", None)


def test_a_text_page_shows_its_own_and_others_none(client, image):
    page, other = ContentPage.objects.filter(depth=3)[:2]
    page.picture = image
    page.save_revision().publish()
    assert opening_of(client, page)["alt"] == "Een loper in de duinen"
    assert opening_of(client, other) is None


def test_the_picture_was_rendered_when_it_was_saved_around_its_focal_point(client, image):
    page = ContentPage.objects.filter(depth=3).first()
    page.picture = image
    page.save_revision().publish()
    before = image.renditions.count()
    shown = opening_of(client, page)
    assert image.renditions.count() == before
    used = image.renditions.get(file=shown["src"].removeprefix("/media/"))
    assert used.filter_spec == "fill-800x450|format-jpeg"
