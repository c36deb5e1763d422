import datetime

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from core.periodic import discover
from courses.domain import sign_ups, uploads
from courses.models import SignUp, Upload
from tests import factories

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def upload(name="one.pdf", age=datetime.timedelta(0)):
    row = Upload(name=name, content_type="application/pdf", size=4)
    row.file.save(f"uploads/{name}", ContentFile(b"%PDF"), save=True)
    Upload.objects.filter(pk=row.pk).update(created_at=timezone.now() - age)
    return row


def stored(row):
    return row.file.storage.exists(row.file.name)


def test_the_jobs_run_often_enough():
    jobs = discover()
    assert jobs["expire_holds"].every == datetime.timedelta(minutes=1)
    assert jobs["lapse_swap_offers"].every == datetime.timedelta(minutes=1)
    assert jobs["discard_uploads"].every <= datetime.timedelta(hours=1)


def test_the_job_expires_holds_past_their_deadline(event):
    sign_up = factories.sign_up(event)
    job = discover()["expire_holds"]
    job.run()
    assert SignUp.objects.get().state == "awaiting_payment"
    with time_machine.travel(sign_up.hold_until):
        job.run()
        job.run()
    assert SignUp.objects.get().state == "expired"


def test_an_unclaimed_file_is_removed_after_a_day(event):
    fresh = upload("fresh.pdf", age=DAY - datetime.timedelta(minutes=1))
    old = upload("old.pdf", age=DAY + datetime.timedelta(minutes=1))
    claimed = upload("claimed.pdf", age=9 * DAY)
    answer = sign_ups.Given("diploma", "Diploma?", "claimed.pdf", upload_id=claimed.pk)
    factories.sign_up(event, factories.somebody(answers=(answer,)))

    discover()["discard_uploads"].run()

    assert set(Upload.objects.all()) == {fresh, claimed}
    assert [stored(row) for row in (fresh, old, claimed)] == [True, False, True]
    assert uploads.discard_unclaimed() == 0


def test_a_row_without_its_file_is_removed(db):
    old = upload(age=2 * DAY)
    old.file.storage.delete(old.file.name)
    assert uploads.discard_unclaimed() == 1
    assert Upload.objects.count() == 0


def test_a_file_without_a_row_is_removed_after_a_day(db):
    kept = upload("kept.pdf")
    orphan = upload("orphan.pdf")
    Upload.objects.filter(pk=orphan.pk).delete()
    assert uploads.discard_unclaimed() == 0
    assert uploads.discard_unclaimed(now=timezone.now() + DAY + datetime.timedelta(hours=1)) == 2
    assert [stored(kept), stored(orphan)] == [False, False]


def test_without_files_nothing_is_removed(db):
    assert uploads.discard_unclaimed() == 0
