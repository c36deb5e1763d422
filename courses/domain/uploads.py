"""Files that participants upload. A file that no answer claims within a day is deleted.

Anybody can upload, so what nobody claims yet has a limit in all.
"""

import uuid
from datetime import datetime, timedelta
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from courses.models import Upload
from courses.values.storage import private_storage

FOLDER = "uploads"
UNCLAIMED_FOR = timedelta(days=1)
MOST_UNCLAIMED_BYTES = 1024**3


class NoRoomError(Exception):
    """As many bytes as may wait for a sign-up are waiting."""


def store(name: str, content: bytes, content_type: str) -> Upload:
    """Store a checked file under a random name, unclaimed. Raises NoRoomError."""
    if unclaimed_bytes() + len(content) > MOST_UNCLAIMED_BYTES:
        raise NoRoomError
    upload = Upload(name=name, content_type=content_type, size=len(content))
    path = f"{FOLDER}/{uuid.uuid4().hex}{PurePath(name).suffix.lower()}"
    upload.file.save(path, ContentFile(content), save=True)
    return upload


def unclaimed_bytes() -> int:
    """The size of all files that no answer has claimed yet."""
    return Upload.objects.filter(answer=None).aggregate(size=Sum("size"))["size"] or 0


def have_room() -> bool:
    """Whether a fifth of the room for unclaimed files is left; for /readyz."""
    return unclaimed_bytes() <= MOST_UNCLAIMED_BYTES * 4 // 5


def discard_unclaimed(now: datetime | None = None) -> int:
    """Delete uploads older than a day that no answer claims, and files without a row.

    Returns how many.
    """
    before = (now or timezone.now()) - UNCLAIMED_FOR
    unclaimed = Upload.objects.filter(answer=None, created_at__lt=before)
    discarded = sum(discard(pk) for pk in list(unclaimed.values_list("pk", flat=True)))
    for name in files_without_row(before):
        private_storage().delete(name)
        discarded += 1
    return discarded


def files_without_row(before: datetime) -> list[str]:
    """The names of stored files, last changed before that moment, that belong to no row."""
    storage = private_storage()
    try:
        found = storage.listdir(FOLDER)[1]
    except FileNotFoundError:  # nobody has uploaded anything yet
        return []
    known = set(Upload.objects.values_list("file", flat=True))
    names = [f"{FOLDER}/{name}" for name in sorted(found)]
    return [name for name in names if name not in known and _changed(storage, name) < before]


def discard(pk: int) -> bool:
    """Delete an upload that no answer claims. Returns whether it was deleted."""
    # The locked row goes first: a form that claims it at this moment either wins or finds it gone.
    with transaction.atomic():
        upload = Upload.objects.select_for_update().filter(pk=pk).first()
        if upload is None or hasattr(upload, "answer"):
            return False
        upload.delete()
    upload.file.delete(save=False)
    return True


def _changed(storage: Storage, name: str) -> datetime:
    try:
        return storage.get_modified_time(name)
    except FileNotFoundError:
        return timezone.now()
