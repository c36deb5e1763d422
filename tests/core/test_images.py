"""Images are rendered in all sizes when staff upload them, never while a visitor waits."""

import io
import re

import pytest
from django.core.files.images import ImageFile
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from PIL import Image

from core.images import SHAPES, all_filters
from core.models import SiteImage, SiteRendition

pytestmark = pytest.mark.anywhere


def picture(size=(1600, 1200), title="Bos", description="Een bospad in de zon"):
    written = io.BytesIO()
    Image.new("RGB", size, "green").save(written, "JPEG")
    written.seek(0)
    file = ImageFile(written, name="bos.jpg")
    return SiteImage.objects.create(title=title, description=description, file=file)


def render(image, shape, extra=""):
    template = Template(f'{{% load core_tags %}}{{% picture image "{shape}" {extra} %}}')
    return template.render(Context({"image": image}))


@pytest.mark.django_db
def test_every_size_is_made_when_an_image_is_saved():
    image = picture()

    made = set(image.renditions.values_list("filter_spec", flat=True))
    assert made == set(all_filters())


@pytest.mark.django_db
@pytest.mark.parametrize("shape", SHAPES)
def test_showing_an_image_renders_nothing(shape):
    image = picture()
    before = SiteRendition.objects.count()

    with CaptureQueriesContext(connection) as queries:
        html = render(SiteImage.objects.get(), shape)

    assert SiteRendition.objects.count() == before
    assert [query for query in queries if "INSERT" in query["sql"]] == []
    assert 'alt="Een bospad in de zon"' in html
    assert image.title not in html


@pytest.mark.django_db
def test_a_moved_focal_point_renders_all_sizes_again():
    image = picture()

    image.focal_point_x, image.focal_point_y = 100, 100
    image.focal_point_width = image.focal_point_height = 50
    image.save()
    before = SiteRendition.objects.count()

    for shape in SHAPES:
        render(SiteImage.objects.get(), shape)
    assert SiteRendition.objects.count() == before


@pytest.mark.django_db
def test_a_small_image_is_not_enlarged():
    image = picture((300, 200))
    html = render(image, "body")

    assert set(re.findall(r" (\d+)w", html)) == {"300"}
    sizes = SiteRendition.objects.filter(image=image).values_list("width", "height")
    assert max(sizes) <= (300, 200)


@pytest.mark.django_db
def test_a_decoration_has_an_empty_description():
    assert 'alt=""' in render(picture(), "body", 'alt=""')


@pytest.mark.django_db
def test_images_load_lazily_unless_eager():
    image = picture()

    assert 'loading="lazy"' in render(image, "body")
    assert 'loading="lazy"' not in render(image, "body", "eager=True")
