from django.conf import settings
from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """Where files of participants live: outside MEDIA_ROOT and without an address of their own."""

    base_url = None  # given as an argument, None would mean MEDIA_URL

    @property
    def base_location(self):
        return settings.PRIVATE_ROOT

    @property
    def location(self):
        return str(settings.PRIVATE_ROOT.absolute())


def private_storage():
    return PrivateStorage(file_permissions_mode=0o640)
