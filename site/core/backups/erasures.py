"""What was erased, in a file outside the database: a restored backup would bring people back.

It holds the kind of row, its id and a hash by which it is known to be the same row; nobody can be
found by it. It belongs with the backups, on the same other machine.
"""

import hashlib
import json
import os
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone


def note(kind: str, pk: int, *, mark: object, **more) -> None:
    """Write down, after the commit, that the personal data of this row were removed.

    `mark` is something of the row that never changes, such as the moment at which it was made.
    """
    line = {"at": timezone.now().isoformat(), "kind": kind, "id": pk, "mark": hashed(mark), **more}
    transaction.on_commit(partial(_append, json.dumps(line)))


def noted() -> list[dict]:
    """The lines of the file, oldest first. One that was cut off by a crash is left out."""
    path = Path(settings.ERASURES_FILE)
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [line for text in lines if (line := _parsed(text))]


def hashed(mark: object) -> str:
    return hashlib.sha256(str(mark).encode()).hexdigest()[:24]


def _append(line):
    path = Path(settings.ERASURES_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write at the end of a file: lines of two processes never mix.
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{line}\n".encode())
    finally:
        os.close(file)


def _parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None
