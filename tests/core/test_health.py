from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone, translation
from wagtail.images.tests.utils import get_test_image_file

from core import files, health, periodic
from core.backups import age
from core.cache import TolerantRedisCache
from core.models import JobRun, SiteImage

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    periodic.record_heartbeat()


def faults(client):
    response = client.get("/readyz")
    answer = response.json()
    assert response.status_code == (200 if answer.pop("status") == "ok" else 503)
    assert set(answer.values()) <= {"ok", "fault", "unknown"}
    return [name for name, value in answer.items() if value == "fault"]


def test_healthz_answers_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "process": "ok"}
    assert response["Cache-Control"] == "no-store"


def test_any_host_may_probe(client):
    assert client.get("/healthz", headers={"host": "10.1.2.3:8000"}).status_code == 200


def test_readyz_is_ok_when_everything_works(client, worker):
    response = client.get("/readyz")
    assert response.status_code == 200
    own = {"database", "cache", "disk", "files", "worker", "jobs", "backup"}
    assert set(response.json()) == {"status", *own, "mail", "payments", "uploads"}


def test_a_missing_worker_is_a_fault(client):
    assert faults(client) == ["worker"]


def test_a_stopped_worker_is_a_fault(client):
    periodic.record_heartbeat(timezone.now() - health.HEARTBEAT_LATE - timedelta(seconds=1))
    assert faults(client) == ["worker"]


def test_a_job_that_stands_still_is_a_fault(client, worker):
    long_ago = timezone.now() - periodic.LATE - timedelta(seconds=1)
    JobRun.objects.create(name="expire_holds", due_at=long_ago)
    assert faults(client) == []  # the worker has just come back
    JobRun.objects.filter(name=periodic.HEARTBEAT).update(last_started_at=long_ago)
    assert faults(client) == ["jobs"]


def test_a_worker_is_there_since_it_came_back(client):
    start = timezone.now()
    for seconds in (0, 50, 100, 300, 350):
        periodic.record_heartbeat(start + timedelta(seconds=seconds))
    beat = JobRun.objects.get(name=periodic.HEARTBEAT)
    assert (beat.last_started_at - start, beat.last_finished_at - start) == (
        timedelta(seconds=300),
        timedelta(seconds=350),
    )


def test_a_disk_that_fills_up_is_a_fault(client, worker, settings):
    settings.DISK_MIN_MB = 10**9
    assert faults(client) == ["disk"]


def test_a_backup_is_missed_only_where_one_is_expected(client, worker, settings):
    assert faults(client) == []
    settings.BACKUP_MAX_HOURS = 26
    assert faults(client) == ["backup"]
    age.record(timezone.now() - timedelta(hours=25))
    assert faults(client) == []
    age.record(timezone.now() - timedelta(hours=27))
    assert faults(client) == ["backup"]


def test_a_dead_cache_is_a_fault(client, worker, monkeypatch):
    monkeypatch.setattr(health, "cache", TolerantRedisCache("redis://127.0.0.1:1/0", {}))
    assert faults(client) == ["cache"]


def test_a_dead_database_is_reported_and_not_raised(client, monkeypatch):
    def gone():
        raise connection.Database.OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", gone)
    assert faults(client) == ["database"]


def test_a_heartbeat_of_tomorrow_is_no_sign_of_life(client):
    periodic.record_heartbeat(timezone.now() + timedelta(days=1))
    assert faults(client) == ["worker"]


def test_a_job_that_keeps_failing_is_a_fault_until_it_succeeds(client, worker):
    due = timezone.now() + timedelta(minutes=1)
    JobRun.objects.create(name="send_refunds", due_at=due, failures=periodic.KEEPS_FAILING - 1)
    JobRun.objects.create(name="expire_holds", due_at=due)
    assert faults(client) == []
    JobRun.objects.filter(name="send_refunds").update(failures=periodic.KEEPS_FAILING)
    assert faults(client) == ["jobs"]
    JobRun.objects.filter(name="send_refunds").update(failures=0)
    assert faults(client) == []


def test_a_disk_that_cannot_be_written_is_a_fault(client, worker, settings, tmp_path):
    (tmp_path / "file").write_text("where a folder should be")
    for name in ("MEDIA_ROOT", "PRIVATE_ROOT"):
        before = getattr(settings, name)
        setattr(settings, name, tmp_path / "file" / "folder")
        assert faults(client) == ["files"]
        setattr(settings, name, before)
    assert faults(client) == []


def test_files_that_a_new_disk_lost_are_a_fault(client, worker):
    image = SiteImage.objects.create(title="Loper", file=get_test_image_file())
    assert faults(client) == []
    image.file.storage.delete(image.file.name)
    cache.delete(files.KEY)
    assert faults(client) == ["files"]


def test_files_are_tried_now_and_then_however_often_somebody_asks(worker, db, monkeypatch):
    tried = []
    monkeypatch.setattr(files, "_works", lambda storage: tried.append(storage) or True)
    for _ask in range(5):
        assert health.states()["files"] == "ok"
    assert len(tried) == 2  # media and private
    cache.delete(files.KEY)  # as after GOOD_FOR seconds
    assert health.states()["files"] == "ok"
    assert len(tried) == 4


def test_nothing_is_left_of_the_probes(client, worker, settings):
    faults(client)
    roots = (settings.MEDIA_ROOT, settings.PRIVATE_ROOT)
    assert [path for root in roots for path in root.rglob("*") if path.is_file()] == []


def test_each_fault_is_put_in_words():
    with translation.override("en"):
        words = [health.in_words(name) for name in health.CHECKS]
    assert [line for line in words if "does not work." in line] == []
    assert health.in_words("made up").startswith("“made up”")
