"""The check of mail for /readyz."""

from datetime import timedelta

from django.utils import timezone

from core import health
from mail.models import OutgoingMail

LATE = timedelta(minutes=15)


def is_on_time():
    """Whether no unsent mail is older than `LATE`."""
    State = OutgoingMail.State
    waiting = OutgoingMail.objects.filter(state__in=[State.QUEUED, State.SENDING])
    return not waiting.filter(created_at__lt=timezone.now() - LATE).exists()


health.register("mail", is_on_time)
