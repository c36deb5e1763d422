"""Odd pictures through every door of the CMS: stored as plain pixels, or refused in words."""

import io
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection, CollectionViewRestriction

from core import jobs, pictures
from core.models import SiteImage, User
from tests import odd_files

pytestmark = [pytest.mark.anywhere, pytest.mark.django_db]


@pytest.fixture
def staff():
    client = Client(raise_request_exception=False)
    user = User.objects.create_user("teksten", email="teksten@example.nl")
    user.groups.set(Group.objects.filter(name="Teksten"))
    client.force_login(user)
    return client


def upload(file):
    return SimpleUploadedFile(*file, content_type="image/whatever")


FACTS = {"title": "Foto", "description": "Een foto", "tags": ""}


def single(staff, file):
    return staff.post(reverse("wagtailimages:add"), FACTS | {"file": upload(file)})


def multiple(staff, file):
    """The pictures at once, the descriptions after it."""
    answer = staff.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "Foto", "files[]": upload(file)},
        HTTP_X_REQUESTED_WITH="XMLHttpRequest",
    )
    assert answer.status_code < 500
    made = answer.json()
    if made.get("uploaded_file_id"):
        key = made["uploaded_file_id"]
        url = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[key])
        facts = {f"uploaded-image-{key}-{name}": value for name, value in FACTS.items()}
        answer = staff.post(url, facts, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    return answer


def chooser(staff, file):
    facts = {f"image-chooser-upload-{name}": value for name, value in FACTS.items()}
    facts["image-chooser-upload-file"] = upload(file)
    return staff.post(reverse("wagtailimages_chooser:create"), facts)


def replaced(staff, file):
    """Another file for a picture that is there."""
    image = SiteImage.objects.filter(title="Er al").first() or SiteImage.objects.create(
        title="Er al", description="x", file=ContentFile(odd_files.PNG, "er-al.png")
    )
    url = reverse("wagtailimages:edit", args=[image.pk])
    return staff.post(url, FACTS | {"title": "Er al", "file": upload(file)})


WAYS = [single, multiple, chooser, replaced]
DOORS = pytest.mark.parametrize("door", WAYS)


def files_of(image):
    yield image.file.path
    yield from (rendition.file.path for rendition in image.renditions.all())


def assert_is_clean(image, name):
    assert Path(image.file.path).suffix in (".jpg", ".png"), name
    with Image.open(image.file.path) as stored:
        assert stored.mode in ("L", "RGB", "RGBA"), name
        assert sorted(stored.size) == [80, 120], name
        shown = Image.new("RGB", stored.size, "white")
        shown.paste(stored.convert("RGB"), mask=stored.convert("RGBA").getchannel("A"))
        darkest, lightest = shown.convert("L").getextrema()
        assert (darkest < 64, lightest > 192) == (True, True), name
    assert (image.width, image.height) == stored.size, name
    assert image.renditions.count() >= 10, name
    for path in files_of(image):
        content = Path(path).read_bytes()
        assert not pictures.tells_more(content), (name, path)
        assert odd_files.SECRET not in content, (name, path)


@DOORS
def test_whatever_can_be_shown_is_stored_as_pixels(staff, door):
    always = {"jpeg with GPS"}
    share = {*always, *list(odd_files.PICTURES)[WAYS.index(door) :: len(WAYS)]}  # each is slow
    for name in sorted(share):
        answer = door(staff, odd_files.PICTURES[name])
        assert answer.status_code in (200, 302), name
        image = SiteImage.objects.latest("pk")
        assert_is_clean(image, name)
        image.delete()
    assert not SiteImage.objects.exists()


@DOORS
def test_a_broken_picture_is_refused_in_words(staff, door):
    if door is replaced:
        door(staff, odd_files.PICTURES["png"])
    before = list(SiteImage.objects.values_list("pk", "file"))
    for name, file in odd_files.BROKEN.items():
        answer = door(staff, file)
        assert answer.status_code == 200, name
        words = ("niet te lezen", "64 miljoen beeldpunten", "leeg")
        assert any(word in answer.content.decode("unicode_escape") for word in words), name
    assert list(SiteImage.objects.values_list("pk", "file")) == before


def test_a_large_photo_is_made_smaller(staff):
    single(staff, ("foto.jpg", odd_files.large_photo(50)))
    assert max(SiteImage.objects.get().width, SiteImage.objects.get().height) <= 4000


def test_what_code_stores_is_clean_too():
    file = ContentFile(odd_files.PICTURES["jpeg with GPS"][1], "foto.jpg")
    assert_is_clean(SiteImage.objects.create(title="x", description="x", file=file), "code")


def test_pictures_from_before_are_cleaned_at_night():
    """With their renditions; what is clean stays as it is."""
    images = [
        SiteImage.objects.create(
            title=name, description="x", file=ContentFile(odd_files.JPEG, f"{name}.jpg")
        )
        for name in ("oud", "schoon")
    ]
    old, clean = images
    for path in files_of(old):
        exif = odd_files.with_exif()
        with Image.open(path) as image:
            kind, image = image.format, image.copy()
        written = io.BytesIO()
        image.save(written, kind, exif=exif)
        Path(path).write_bytes(written.getvalue())
    former = [old.file.path, clean.file.name]

    jobs.clean_pictures()
    jobs.clean_pictures()

    assert_is_clean(SiteImage.objects.get(pk=old.pk), "old")
    assert not Path(former[0]).exists()
    assert SiteImage.objects.get(pk=clean.pk).file.name == former[1]


# --- A private collection ------------------------------------------------------------------------


@pytest.fixture
def private():
    found = Collection.get_first_root_node().add_child(name="Intern")
    CollectionViewRestriction.objects.create(collection=found, restriction_type="login")
    return found


@pytest.mark.parametrize("field", ["collection", "image-chooser-upload-collection"])
def test_no_picture_goes_into_a_private_collection(staff, private, field):
    door = chooser if field.startswith("image") else single
    prefix = field.removesuffix("collection")
    data = {f"{prefix}{name}": value for name, value in FACTS.items()}
    data |= {field: private.pk, f"{prefix}file": upload(odd_files.PICTURES["png"])}
    url = "wagtailimages_chooser:create" if door is chooser else "wagtailimages:add"

    answer = staff.post(reverse(url), data)

    assert "Deze collectie is besloten" in answer.content.decode("unicode_escape")
    assert not SiteImage.objects.exists()


def test_pictures_are_not_moved_there_either(staff, private):
    file = ContentFile(odd_files.PNG, "foto.png")
    image = SiteImage.objects.create(title="Foto", description="x", file=file)
    url = reverse("wagtail_bulk_action", args=["core", "siteimage", "add_to_collection"])

    answer = staff.post(f"{url}?id={image.pk}&next=/admin/", {"collection": private.pk})

    assert "Deze collectie is besloten" in staff.get(answer["Location"]).text
    image.refresh_from_db()
    assert image.collection_id != private.pk
