from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core import health, jobs
from core.cache import TolerantRedisCache
from mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    jobs.beat()


def old_mail(state=OutgoingMail.State.QUEUED):
    return OutgoingMail.objects.create(
        kind="test",
        to="a@example.nl",
        language="nl",
        subject="x",
        message_id="x@y",
        state=state,
        created_at=timezone.now() - health.MAIL_LATE - timedelta(minutes=1),
    )


def faults(client):
    response = client.get("/readyz")
    answer = response.json()
    assert response.status_code == (200 if answer.pop("status") == "ok" else 503)
    return [name for name, value in answer.items() if value != "ok"]


def test_the_process_answers_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "process": "ok"}
    assert response["Cache-Control"] == "no-store"


def test_probes_come_with_any_host(client):
    assert client.get("/healthz", headers={"host": "10.1.2.3:8000"}).status_code == 200


def test_all_is_well(client, worker):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert set(response.json()) == {"status", "database", "cache", "worker", "mail"}


def test_no_worker_is_one_fault(client):
    assert faults(client) == ["worker"]


def test_a_worker_that_stopped_is_one_fault(client):
    jobs.beat(timezone.now() - health.HEARTBEAT_LATE - timedelta(seconds=1))
    assert faults(client) == ["worker"]


@pytest.mark.parametrize("state", [OutgoingMail.State.QUEUED, OutgoingMail.State.SENDING])
def test_mail_that_waits_too_long_is_one_fault(client, worker, state):
    old_mail(state)
    assert faults(client) == ["mail"]


@pytest.mark.parametrize("state", [OutgoingMail.State.SENT, OutgoingMail.State.FAILED])
def test_mail_that_is_done_with_is_no_fault(client, worker, state):
    old_mail(state)
    assert faults(client) == []


def test_a_dead_cache_is_one_fault(client, worker, monkeypatch):
    monkeypatch.setattr(health, "cache", TolerantRedisCache("redis://127.0.0.1:1/0", {}))
    assert faults(client) == ["cache"]


def test_a_dead_database_is_told_and_not_raised(client, monkeypatch):
    def gone():
        raise connection.Database.OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", gone)
    assert "database" in faults(client)
