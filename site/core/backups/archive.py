"""One file with everything: a tar of the database, the files and a manifest with their hashes.

The manifest comes last, so a file without it was cut off.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.backups import databases, sealing

DATABASE = "database"
MANIFEST = "manifest.json"
NAME = "backup-{:%Y%m%d-%H%M%S}.rtb"
PATTERN = "backup-*.rtb"


class BadBackupError(Exception):
    """This file cannot be put back; the text says why."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `made_at` is the moment of the database in it."""

    made_at: str
    vendor: str  # sqlite or postgresql
    files: dict[str, str]  # {name: SHA-256}


def folders():
    """{name in the archive: folder} of the files that belong to the database."""
    return {"media": Path(settings.MEDIA_ROOT), "private": Path(settings.PRIVATE_ROOT)}


def write(folder: Path) -> Path:
    """Write a backup into this folder and return its path. Nothing is left of one that fails.

    Files are read before the database and again after it, so that each row in it has its file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as work:
        unfinished = Path(work) / "backup"
        with (
            unfinished.open("wb") as file,
            _sealed(file) as stream,
            gzip.GzipFile(fileobj=stream, mode="wb", filename="") as packed,
            _tar(packed, "w|") as tar,
        ):
            _add_files(tar, made)
            made_at = timezone.now()
            copy = Path(work) / DATABASE
            databases.dump(copy)
            made[DATABASE] = _add(tar, copy, DATABASE)
            _add_files(tar, made)
            manifest = Manifest(made_at.isoformat(), connection.vendor, made)
            _add_bytes(tar, MANIFEST, json.dumps(asdict(manifest)).encode())
        unfinished.chmod(0o600)
        _flush(unfinished)
        target = folder / NAME.format(timezone.localtime(made_at))
        return unfinished.rename(target)


def delete_old(folder: Path, *, days: int) -> int:
    """Delete the backups in this folder that are older than that, but never the newest one."""
    first_kept = timezone.now() - timedelta(days=days)
    old = [
        path
        for path in sorted(folder.glob(PATTERN))[:-1]
        if datetime.fromtimestamp(path.stat().st_mtime, tz=first_kept.tzinfo) < first_kept
    ]
    for path in old:
        path.unlink()
    return len(old)


@contextmanager
def unpacked(path: Path):
    """(manifest, folder) of a backup that was checked from beginning to end.

    Raises BadBackupError for a wrong key, and for a file that is damaged or cut off.
    """
    Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix=".restoring-") as work:
        yield _unpack(path, Path(work)), Path(work)


def put_files(folder: Path) -> None:
    """Move the files of an unpacked backup to their places."""
    for name, target in folders().items():
        source = folder / name
        target.mkdir(parents=True, exist_ok=True)
        for path in sorted(source.rglob("*")) if source.exists() else ():
            if path.is_file():
                place = target / path.relative_to(source)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, place)


def has_files() -> bool:
    """Whether there is any file that a restored one could replace."""
    return any(path.is_file() for folder in folders().values() for path in folder.rglob("*"))


# --- Writing -------------------------------------------------------------------------------------


def _sealed(file):
    return sealing.Sealer(file, settings.BACKUP_KEY) if settings.BACKUP_KEY else _LeftOpen(file)


class _LeftOpen(io.RawIOBase):
    """The file itself, for a backup without a key."""

    def __init__(self, file):
        self._file = file

    def write(self, data):
        return self._file.write(data)


def _tar(stream, mode):
    return tarfile.open(fileobj=stream, mode=mode, format=tarfile.PAX_FORMAT)


def _add_files(tar, made):
    """Add the files that are not in it yet. One that vanishes meanwhile has no row either."""
    for prefix, folder in folders().items():
        for path in sorted(folder.rglob("*")):
            name = f"{prefix}/{path.relative_to(folder).as_posix()}"
            if name not in made and path.is_file() and not path.is_symlink():
                try:
                    made[name] = _add(tar, path, name)
                except FileNotFoundError:
                    continue


def _add(tar, path, name):
    with path.open("rb") as file:
        info = tar.gettarinfo(arcname=name, fileobj=file)
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        reader = _Hashing(file)
        tar.addfile(info, reader)
    return reader.digest.hexdigest()


def _add_bytes(tar, name, content):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


class _Hashing:
    def __init__(self, file):
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size=-1):
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _flush(path):
    with path.open("rb+") as file:
        os.fsync(file.fileno())


# --- Reading -------------------------------------------------------------------------------------


def _unpack(path, folder):
    damaged = (sealing.CannotOpenError, EOFError, tarfile.TarError, gzip.BadGzipFile, zlib.error)
    try:
        with path.open("rb") as file, gzip.GzipFile(fileobj=_opened(file)) as packed:
            with _tar(packed, "r|") as tar:
                found = _extract(tar, folder)
            while packed.read(1 << 20):  # to its very end, where its length and checksum are
                pass
    except damaged:
        raise BadBackupError("the key is wrong, or the file is damaged or cut off") from None
    except OSError as error:
        raise BadBackupError(f"it cannot be read: {error.strerror or error}") from error
    return _manifest(folder, found)


def _opened(file):
    if not sealing.is_sealed(file):
        return file
    if not settings.BACKUP_KEY:
        raise BadBackupError("it is encrypted: set BACKUP_KEY or BACKUP_KEY_FILE")
    return io.BufferedReader(sealing.Opener(file, settings.BACKUP_KEY))


def _extract(tar, folder):
    """Write the members to files. Returns {name: SHA-256}."""
    found = {}
    for member in tar:
        path = folder / member.name
        is_ours = member.name in (DATABASE, MANIFEST) or member.name.split("/")[0] in folders()
        if not (is_ours and member.isfile() and ".." not in path.parts):
            raise BadBackupError("it is no backup of this site")
        path.parent.mkdir(parents=True, exist_ok=True)
        reader = _Hashing(tar.extractfile(member))
        with path.open("wb") as target:
            shutil.copyfileobj(reader, target)
        found[member.name] = reader.digest.hexdigest()
    return found


def _manifest(folder, found):
    if MANIFEST not in found:
        raise BadBackupError("the key is wrong, or the file is damaged or cut off")
    manifest = Manifest(**json.loads((folder / MANIFEST).read_bytes()))
    del found[MANIFEST]
    if found != manifest.files:
        raise BadBackupError("a file in it is missing or damaged")
    if manifest.vendor != connection.vendor:
        raise BadBackupError(f"it is of {manifest.vendor}, and this database of another kind")
    databases.check(folder / DATABASE)
    return manifest
