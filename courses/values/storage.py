from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages


class PrivateStorage(FileSystemStorage):
    """Storage for files of participants: outside MEDIA_ROOT and without a public URL."""

    base_url = None  # as an argument of __init__, None would mean MEDIA_URL

    @property
    def base_location(self):
        return settings.PRIVATE_ROOT

    @property
    def location(self):
        return str(settings.PRIVATE_ROOT.absolute())


def private_storage() -> Storage:
    """The storage of `Upload.file`; a callable, so that migrations hold no path."""
    return storages["private"]
