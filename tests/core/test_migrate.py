"""`manage.py migrate` runs beside a site that goes on."""

import io
import threading

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.models.signals import post_migrate

from core.management.commands import migrate
from core.models import JobRun

pytestmark = pytest.mark.postgres


@pytest.fixture
def in_migration():
    """Lets a test run something where a migration would."""
    added = []

    def add(function):
        def receiver(app_config, **kwargs):
            if app_config.label == "core":
                function()

        added.append(receiver)
        post_migrate.connect(receiver)

    yield add
    for receiver in added:
        post_migrate.disconnect(receiver)


def limits():
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SHOW {name}")
            yield cursor.fetchone()[0]


def run():
    said = io.StringIO()
    call_command("migrate", verbosity=0, stderr=said)
    return said.getvalue()


@pytest.mark.django_db
def test_a_long_change_is_not_cut_off_and_the_limits_of_the_site_come_back(in_migration):
    before, seen = list(limits()), []
    in_migration(lambda: seen.extend(limits()))

    run()

    assert seen == ["0", "2s", "0"]
    assert list(limits()) == before
    assert "0" not in before


def test_readers_pass_while_a_change_waits_for_its_lock(own_database, in_migration, monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_WAIT", "200ms")
    monkeypatch.setattr(migrate, "PAUSE", 0.1)
    held, done, tries = threading.Event(), threading.Event(), []

    def read_for_long():
        with transaction.atomic():
            JobRun.objects.count()
            held.set()
            done.wait(20)
        connection.close()

    def change_table():
        tries.append(JobRun.objects.count())
        if len(tries) == 3:
            done.set()
            reader.join()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE core_jobrun IN ACCESS EXCLUSIVE MODE")

    reader = threading.Thread(target=read_for_long)
    reader.start()
    assert held.wait(20)
    in_migration(change_table)
    try:
        said = run()
    finally:
        done.set()
        reader.join()

    assert len(tries) == 3
    assert said.count("lets others pass") == 2


@pytest.mark.django_db
def test_any_other_trouble_is_raised(in_migration):
    def fail():
        raise OperationalError("disk full")

    in_migration(fail)
    with pytest.raises(OperationalError, match="disk full"):
        run()
