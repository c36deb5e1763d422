"""Real worker processes against a real mail server: killed, stopped, cut off from the database."""

import signal
import time
from collections import Counter

import pytest
from django.db import connection

from mail.models import OutgoingMail
from tests.mail.conftest import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def db(own_database):
    """In place of pytest-django's: what a test writes is committed, so that processes see it."""


def all_sent():
    return not OutgoingMail.objects.exclude(state="sent").exists()


def test_killing_the_worker_loses_no_mail_and_repeats_one_at_most(post, worker, write):
    mails, kills = [write() for _ in range(100)], 5
    post.slowly = 0.01
    for _ in range(kills):
        process, before = worker(), len(post.received)
        assert wait_until(lambda before=before: len(post.received) > before)
        time.sleep(0.15)
        process.kill()
        process.wait()
    worker()

    assert wait_until(all_sent, 150)
    times = Counter(post.ids)
    assert set(times) == {mail.message_id for mail in mails}
    assert sum(times.values()) - len(mails) <= kills


def test_a_stopped_worker_finishes_the_mail_in_hand(post, worker, write):
    for _ in range(20):
        write()
    post.slowly = 0.2
    process = worker()
    assert wait_until(lambda: len(post.received) > 1)
    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=10) == 0
    states = Counter(OutgoingMail.objects.values_list("state", flat=True))
    assert set(states) == {"sent", "queued"}
    assert states["sent"] == len(post.received)


def test_two_workers_share_the_work(post, worker, write):
    mails = [write() for _ in range(40)]
    worker(), worker()

    assert wait_until(all_sent)
    assert sorted(post.ids) == sorted(mail.message_id for mail in mails)


@pytest.mark.postgres
def test_the_worker_survives_losing_the_database(post, worker, write):
    process = worker()
    write()
    assert wait_until(all_sent)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name = 'worker-under-test'"
        )
    write()

    assert wait_until(all_sent)
    assert process.poll() is None
