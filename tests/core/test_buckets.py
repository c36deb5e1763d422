"""Files in S3, against a stand-in on this machine."""

from urllib.request import Request, urlopen

import boto3
import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from moto.server import ThreadedMotoServer
from wagtail.images.tests.utils import get_test_image_file

from core import files
from core.models import SiteImage
from courses.domain import uploads
from courses.models import Upload
from courses.values.storage import private_storage

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]
KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}


@pytest.fixture
def s3(settings, monkeypatch):
    """Puts media and private files into two buckets. Gives the client of their owner."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    client = boto3.client("s3", endpoint_url=address, **KEYS)
    for name in ("media", "private"):
        client.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
    settings.S3_ENDPOINT_URL, settings.S3_REGION = address, "eu-west-1"
    settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = "key", "secret"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "core.buckets.MediaBucket",
            "OPTIONS": {"bucket_name": "media"},
        },
        "private": {
            "BACKEND": "core.buckets.PrivateBucket",
            "OPTIONS": {"bucket_name": "private"},
        },
    }
    monkeypatch.setattr(Upload._meta.get_field("file"), "storage", storages["private"])
    yield client
    urlopen(Request(f"{address}/moto-api/reset", method="POST")).close()
    server.stop()


def names(client, bucket):
    return [item["Key"] for item in client.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_pictures_are_kept_in_the_bucket_and_handed_out_by_the_site(s3, client, settings):
    image = SiteImage.objects.create(title="Loper", file=get_test_image_file())
    rendition = image.get_rendition("width-400|format-webp")

    assert rendition.url.startswith("/media/images/")
    answer = client.get(rendition.url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert b"".join(answer).startswith(b"RIFF")
    assert {rendition.file.name, image.file.name} <= set(names(s3, "media"))
    assert not settings.MEDIA_ROOT.exists()


def test_a_picture_that_is_not_there_is_not_found(s3, client, site_tree):
    assert client.get("/media/images/gone.webp").status_code == 404


def test_files_of_participants_are_in_a_bucket_of_their_own_without_address(s3):
    upload = Upload.objects.create(
        file=ContentFile(b"diploma", "diploma.pdf"), name="diploma.pdf", size=7
    )
    assert names(s3, "private") == [upload.file.name]
    assert names(s3, "media") == []
    with upload.file.open() as file:
        assert file.read() == b"diploma"
    with pytest.raises(ValueError, match="no address"):
        _ = upload.file.url


def test_nobody_else_may_read_a_file(s3):
    for storage, bucket in ((default_storage, "media"), (private_storage(), "private")):
        name = storage.save("uploads/a.pdf", ContentFile(b"x"))
        grants = s3.get_object_acl(Bucket=bucket, Key=name)["Grants"]
        assert [grant for grant in grants if "URI" in grant["Grantee"]] == []


def test_files_without_a_row_are_discarded_there_too(s3):
    private_storage().save("uploads/orphan.pdf", ContentFile(b"x"))
    upload = Upload.objects.create(file=ContentFile(b"y", "uploads/known.pdf"), name="k", size=1)
    later = Upload.objects.get(pk=upload.pk).created_at + 2 * uploads.UNCLAIMED_FOR

    assert uploads.files_without_row(later) == ["uploads/orphan.pdf"]


def test_readyz_sees_whether_the_buckets_work(s3):
    assert files.work()
    cache.delete(files.KEY)
    assert names(s3, "media") == []
    s3.delete_bucket(Bucket="private")
    with pytest.raises(Exception, match=r"NoSuchBucket|does not exist"):
        files.work()
