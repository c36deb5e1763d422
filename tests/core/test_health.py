from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core import health, periodic
from core.cache import TolerantRedisCache

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    periodic.record_heartbeat()


def faults(client):
    response = client.get("/readyz")
    answer = response.json()
    assert response.status_code == (200 if answer.pop("status") == "ok" else 503)
    return [name for name, value in answer.items() if value != "ok"]


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
    assert set(response.json()) == {"status", "database", "cache", "worker", "mail", "payments"}


def test_a_missing_worker_is_a_fault(client):
    assert faults(client) == ["worker"]


def test_a_stopped_worker_is_a_fault(client):
    periodic.record_heartbeat(timezone.now() - health.HEARTBEAT_LATE - timedelta(seconds=1))
    assert faults(client) == ["worker"]


def test_a_dead_cache_is_a_fault(client, worker, monkeypatch):
    monkeypatch.setattr(health, "cache", TolerantRedisCache("redis://127.0.0.1:1/0", {}))
    assert faults(client) == ["cache"]


def test_a_dead_database_is_reported_and_not_raised(client, monkeypatch):
    def gone():
        raise connection.Database.OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", gone)
    assert "database" in faults(client)
