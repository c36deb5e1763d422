"""Files in S3-compatible buckets, for a host without a lasting disk. Off by default.

Both buckets are closed to everybody else: the site itself hands out what may be seen. So pictures
keep their address, the content security policy names no other host, and files of participants
have no address at all.
"""

from botocore.config import Config
from django.conf import settings
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):
    def get_default_settings(self):
        limits = Config(
            connect_timeout=3,
            read_timeout=10,
            retries={"total_max_attempts": 2},
            signature_version="s3v4",
        )
        return super().get_default_settings() | {
            "access_key": settings.S3_ACCESS_KEY,
            "secret_key": settings.S3_SECRET_KEY,
            "endpoint_url": settings.S3_ENDPOINT_URL or None,
            "region_name": settings.S3_REGION or None,
            "client_config": limits,
            "default_acl": None,  # as the bucket: private
            "file_overwrite": False,
        }


class MediaBucket(Bucket):
    def url(self, name, *args, **kwargs):
        return f"{settings.MEDIA_URL}{name}"


class PrivateBucket(Bucket):
    def url(self, name, *args, **kwargs):
        raise ValueError("This file has no address.")
