from datetime import timedelta

import pytest
from django.utils import timezone

from core import periodic
from mail import health
from mail.models import OutgoingMail

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


def old_mail(state=State.QUEUED):
    return OutgoingMail.objects.create(
        kind="test",
        to="a@example.nl",
        language="nl",
        subject="x",
        message_id="x@y",
        state=state,
        created_at=timezone.now() - health.LATE - timedelta(minutes=1),
    )


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING])
def test_mail_that_waits_too_long_is_a_fault(client, state):
    periodic.record_heartbeat()
    old_mail(state)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert [name for name, value in response.json().items() if value == "fault"] == [
        "status",
        "mail",
    ]


@pytest.mark.parametrize("state", [State.SENT, State.FAILED])
def test_old_mail_that_was_sent_or_given_up_is_no_fault(client, state):
    periodic.record_heartbeat()
    old_mail(state)

    assert client.get("/readyz").json()["status"] == "ok"
