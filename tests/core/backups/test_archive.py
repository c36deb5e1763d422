import os
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.backups import archive, sealing
from core.backups.archive import BadBackupError

pytestmark = pytest.mark.django_db

KEY = "made-up-for-tests-0123456789-abcdefgh"
FILES = {"media/images/a.jpg": b"a picture", "private/uploads/b.pdf": b"a diploma" * 200_000}


@pytest.fixture(params=["", KEY], ids=["open", "sealed"])
def key(request, settings):
    settings.BACKUP_KEY = request.param
    return request.param


@pytest.fixture
def made(key, settings):
    """A backup, and the folders of the site empty again."""
    settings.VAR_DIR = settings.MEDIA_ROOT.parent
    for name, content in FILES.items():
        path = settings.VAR_DIR / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    path = archive.write(settings.BACKUP_ROOT)
    for name in FILES:
        (settings.VAR_DIR / name).unlink()
    return path


def test_a_backup_holds_the_database_and_all_files(made, settings):
    with archive.unpacked(made) as (manifest, folder):
        assert set(manifest.files) == {"database", *FILES}
        assert not archive.has_files()
        archive.put_files(folder)

    assert {name: (settings.VAR_DIR / name).read_bytes() for name in FILES} == FILES
    assert list(settings.VAR_DIR.glob(".restoring-*")) == []


def test_it_is_one_file_for_its_owner_and_nothing_unfinished(made, key):
    assert list(made.parent.iterdir()) == [made]
    assert made.stat().st_mode & 0o077 == 0
    with made.open("rb") as file:
        assert sealing.is_sealed(file) == bool(key)


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.9999])
def test_a_file_that_was_cut_off_is_refused(made, share):
    data = made.read_bytes()
    made.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(BadBackupError), archive.unpacked(made):
        pass


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_damaged_file_is_refused(made, place):
    data = bytearray(made.read_bytes())
    data[int(len(data) * place)] ^= 0x10
    made.write_bytes(data)
    with pytest.raises(BadBackupError), archive.unpacked(made):
        pass


def test_a_tar_of_somebody_else_is_refused(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    (tmp_path / "passwd").write_text("root")
    path = tmp_path / "backup-1.rtb"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(tmp_path / "passwd", "../../etc/passwd")
    with pytest.raises(BadBackupError, match="no backup of this site"), archive.unpacked(path):
        pass


def test_old_ones_are_deleted_but_never_the_newest(tmp_path):
    ages = {"backup-20260101-030000.rtb": 60, "backup-20260201-030000.rtb": 31}
    ages |= {"backup-20260301-030000.rtb": 29, "other.txt": 99}
    for name, days in ages.items():
        (tmp_path / name).touch()
        then = (timezone.now() - timedelta(days=days)).timestamp()
        os.utime(tmp_path / name, (then, then))
    assert archive.delete_old(tmp_path, days=30) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "backup-20260301-030000.rtb",
        "other.txt",
    ]
    assert archive.delete_old(tmp_path, days=0) == 0


def test_a_backup_that_fails_leaves_nothing_and_says_so(settings, tmp_path):
    full = tmp_path / "full"
    full.write_text("a file where the folder should be")
    settings.BACKUP_ROOT = full
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup")

    assert Path(full).read_text() == "a file where the folder should be"
