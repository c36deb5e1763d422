from datetime import timedelta

import pytest
from django.utils import timezone

from core import jobs
from mail.jobs import forget_texts
from mail.models import MailAttachment, OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "days", "forgotten"),
    [("sent", 89, 0), ("sent", 91, 1), ("failed", 91, 1), ("queued", 91, 0)],
)
def test_texts_are_forgotten_after_their_term(write, state, days, forgotten):
    now = timezone.now()
    mail = write(attachments=[("a.txt", b"a", "text/plain")])
    OutgoingMail.objects.update(state=state, created_at=now - timedelta(days=days))

    assert forget_texts(now=now) == forgotten
    assert forget_texts(now=now) == 0
    mail.refresh_from_db()
    assert (mail.body_text == "", mail.body_html == "") == (bool(forgotten), bool(forgotten))
    assert MailAttachment.objects.count() == 1 - forgotten


def test_the_worker_knows_the_jobs():
    assert {"send_mail", "forget_mail_texts"} <= set(jobs.discover())
