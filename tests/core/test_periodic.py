import logging
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from core import periodic
from core.models import JobRun
from core.periodic import Job, run_due

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Diary:
    """A job that counts its runs, and fails while `error` is set."""

    def __init__(self, name="test_diary", **given):
        self.runs = 0
        self.error = None
        self.job = Job(name=name, run=self, **({"every": MINUTE} | given))

    def __call__(self):
        self.runs += 1
        if self.error:
            raise self.error


@pytest.mark.django_db
def test_a_job_runs_when_it_is_due():
    diary = Diary()

    assert run_due([diary.job], now=NOW) == ["test_diary"]
    assert run_due([diary.job], now=NOW + timedelta(seconds=59)) == []
    assert run_due([diary.job], now=NOW + MINUTE) == ["test_diary"]
    assert diary.runs == 2


@pytest.mark.django_db
def test_a_day_of_downtime_is_caught_up_once():
    diary = Diary()
    run_due([diary.job], now=NOW)
    later = NOW + timedelta(days=1)
    for _ in range(5):
        run_due([diary.job], now=later)

    assert diary.runs == 2


@pytest.mark.django_db
def test_a_nightly_job_waits_for_its_hour_in_dutch_time():
    nightly = Diary(every=timedelta(days=1), at=time(3, 30))
    run_due([nightly.job], now=NOW)
    assert nightly.runs == 0

    half_past_two_utc = datetime(2027, 3, 2, 2, 30, tzinfo=UTC)
    run_due([nightly.job], now=half_past_two_utc - timedelta(seconds=1))
    assert nightly.runs == 0
    run_due([nightly.job], now=half_past_two_utc)
    run_due([nightly.job], now=half_past_two_utc + timedelta(hours=20))
    assert nightly.runs == 1


@pytest.mark.django_db
def test_a_nightly_job_that_was_missed_runs_as_soon_as_there_is_a_worker():
    nightly = Diary(every=timedelta(days=1), at=time(3, 30))
    run_due([nightly.job], now=NOW)
    run_due([nightly.job], now=NOW + timedelta(days=3))
    run_due([nightly.job], now=NOW + timedelta(days=3, hours=1))

    assert nightly.runs == 1


@pytest.mark.django_db
def test_a_failing_job_is_recorded_and_backed_off_and_stops_no_other(caplog):
    failing, other = Diary("test_failing"), Diary("test_other")
    failing.error = ValueError("noor@example.org typed this")
    with caplog.at_level(logging.ERROR):
        assert run_due([failing.job, other.job], now=NOW) == ["test_failing", "test_other"]
    run = JobRun.objects.get(name="test_failing")

    assert other.runs == 1
    assert (run.failures, run.due_at - NOW) == (1, timedelta(seconds=10))
    assert run.last_error.startswith("ValueError in core/test_periodic.py:")
    assert "noor@example.org" not in caplog.text + run.last_error
    assert "test_failing" in caplog.text


@pytest.mark.django_db
def test_retries_back_off_to_a_quarter_of_an_hour_until_a_success():
    failing = Diary()
    failing.error = ValueError()
    now, waits = NOW, []
    for _ in range(9):
        run_due([failing.job], now=now)
        due = JobRun.objects.get().due_at
        waits.append((due - now).total_seconds())
        now = due
    failing.error = None
    run_due([failing.job], now=now)
    run = JobRun.objects.get()

    assert waits == [10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert (run.failures, run.last_error, run.due_at - now) == (0, "", MINUTE)


@pytest.mark.django_db
def test_another_worker_takes_over_when_a_lease_ends(settings):
    settings.JOB_LEASE_SECONDS = 30
    diary = Diary()
    JobRun.objects.create(name="test_diary", due_at=NOW, leased_until=NOW + timedelta(seconds=30))

    assert run_due([diary.job], now=NOW + timedelta(seconds=29)) == []
    assert run_due([diary.job], now=NOW + timedelta(seconds=30)) == ["test_diary"]


@pytest.mark.django_db
def test_a_lease_can_be_renewed(settings):
    settings.JOB_LEASE_SECONDS = 30
    diary, seen = Diary(), []
    JobRun.objects.create(name="test_diary", due_at=timezone.now())

    def at_start(lease):
        periodic.renew_lease("test_diary", lease)
        seen.append(JobRun.objects.get().leased_until)

    assert periodic.run(diary.job, on_start=at_start)

    assert seen[0] > JobRun.objects.get().last_started_at + timedelta(seconds=29)


@pytest.mark.django_db
def test_a_worker_that_is_asked_to_stop_starts_no_other_job():
    first, second = Diary("test_a"), Diary("test_b")
    stopping = Job(name="test_a", run=periodic.ask_to_stop, every=MINUTE)
    try:
        assert run_due([stopping, second.job], now=NOW) == ["test_a"]
    finally:
        periodic.ask_to_stop(False)

    assert (first.runs, second.runs) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "late"),
    [
        ({"due_at": NOW - periodic.LATE}, []),
        ({"due_at": NOW - periodic.LATE - MINUTE}, ["expire_holds"]),
        ({"due_at": NOW - 3 * MINUTE, "leased_until": NOW}, ["expire_holds"]),
        ({"due_at": NOW - 3 * MINUTE, "leased_until": NOW + MINUTE}, []),
        (
            {
                "due_at": NOW - 9 * MINUTE,
                "leased_until": NOW + MINUTE,
                "last_started_at": NOW - periodic.MOST - MINUTE,
            },
            ["expire_holds"],
        ),
    ],
)
def test_a_job_that_does_not_start_or_end_stands_still(row, late):
    JobRun.objects.create(name="expire_holds", **({"last_started_at": NOW - MINUTE} | row))
    JobRun.objects.create(name="lapse_swap_offers", due_at=NOW)
    JobRun.objects.create(name="of_an_older_release", due_at=NOW - timedelta(days=9))

    assert periodic.standing_still(NOW) == late


@pytest.mark.django_db
def test_a_job_knows_that_no_visitor_waits():
    said = []
    job = Job(name="test_asks", run=lambda: said.append(periodic.is_job()), every=MINUTE)
    run_due([job], now=NOW)

    assert (said, periodic.is_job()) == ([True], False)


@pytest.mark.django_db
def test_the_last_heartbeat_is_kept():
    assert periodic.last_heartbeat() is None
    periodic.record_heartbeat(NOW)
    periodic.record_heartbeat(NOW + MINUTE)

    assert periodic.last_heartbeat() == NOW + MINUTE


def test_a_name_can_be_registered_once():
    periodic.discover()
    with pytest.raises(ValueError, match="exists already"):
        periodic.periodic("clear_sessions", every=MINUTE)(lambda: None)


@pytest.mark.django_db
@pytest.mark.parametrize("schedule", [{}, {"every": timedelta(days=1), "at": time(3, 30)}])
def test_a_clock_that_was_wrong_for_a_while_heals(schedule):
    diary, other = Diary(**schedule), Diary("test_other")
    ahead = NOW + timedelta(days=7)
    run_due([diary.job, other.job], now=ahead)
    run_due([diary.job, other.job], now=ahead + timedelta(days=1))
    JobRun.objects.filter(name="test_diary").update(leased_until=ahead)
    before = diary.runs

    run_due([diary.job], now=NOW)

    assert diary.runs == before + 1
    run = JobRun.objects.get(name="test_diary")
    assert run.due_at == diary.job.due_after(NOW)
    assert JobRun.objects.get(name="test_other").due_at > NOW + timedelta(days=7)


@pytest.mark.django_db
def test_the_pause_after_failures_is_no_wrong_clock():
    failing = Diary(every=timedelta(seconds=2))
    failing.error = ValueError()
    moment = NOW
    for _ in range(12):
        run_due([failing.job], now=moment)
        moment = JobRun.objects.get(name="test_diary").due_at
    failures = failing.runs

    assert run_due([failing.job], now=moment - timedelta(minutes=14)) == []
    assert failing.runs == failures
