"""Whether files can be kept, and those that were kept are still there.

On many hosts each release has a disk of its own: what the release before kept there is gone, and
the folders are as empty as those of a new site. So the newest file of each kind must exist.
"""

import secrets

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

GOOD_FOR = 10  # seconds: anybody may ask /readyz, and each try is a few requests to a bucket
KEY = "core.files.work"

_places = []


def register(storage, newest):
    """Watch a storage. Both are callables: `newest()` gives the names of files that must exist."""
    _places.append((storage, newest))


def work():
    """Whether each storage writes, reads and removes a file and has its newest ones.

    It is tried at most every `GOOD_FOR` seconds while it is so, and each time while it is not.
    """
    if cache.get(KEY):
        return True
    found = all(_works(storage()) and _has(storage(), newest()) for storage, newest in _places)
    if found:
        cache.set(KEY, True, GOOD_FOR)
    return found


def newest_name(rows, field="file"):
    """For `newest`: the name of the file of the newest of these rows, as a list of one or none."""
    return rows.exclude(**{field: ""}).order_by("-pk").values_list(field, flat=True)[:1]


def _works(storage):
    content = secrets.token_bytes(16)
    name = storage.save(f"health/{secrets.token_hex(8)}.bin", ContentFile(content))
    try:
        with storage.open(name) as file:
            return file.read() == content
    finally:
        storage.delete(name)


def _has(storage, names):
    return all(storage.exists(name) for name in names)


def _media():
    return [
        *newest_name(get_image_model().objects.all()),
        *newest_name(get_document_model().objects.all()),
    ]


register(lambda: default_storage, _media)
