import pytest
from django.db import transaction

from core.backups import erasures

pytestmark = pytest.mark.django_db


def test_what_was_erased_is_known_by_id_and_hash(settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erasures.note("courses.sign_up", 7, mark="2026-11-30 12:00", state="confirmed")
        erasures.note("courses.sign_up", 8, mark="2026-11-30 12:00")
    one, other = erasures.noted()

    assert {key: one[key] for key in ("kind", "id", "state")} == {
        "kind": "courses.sign_up",
        "id": 7,
        "state": "confirmed",
    }
    assert other["id"] == 8
    assert one["mark"] == erasures.hashed("2026-11-30 12:00")
    assert "12:00" not in one["mark"]
    assert settings.ERASURES_FILE.stat().st_mode & 0o077 == 0


def test_what_is_rolled_back_is_not_noted(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        erasures.note("courses.sign_up", 7, mark="x")
        transaction.set_rollback(True)

    assert erasures.noted() == []


def test_a_line_that_was_cut_off_spoils_no_other(settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erasures.note("courses.sign_up", 7, mark="x")
    with settings.ERASURES_FILE.open("a") as file:
        file.write('{"at": "2026\n')
    with django_capture_on_commit_callbacks(execute=True):
        erasures.note("courses.sign_up", 9, mark="x")

    assert [line["id"] for line in erasures.noted()] == [7, 9]
