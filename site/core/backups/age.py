"""When the last backup was made, for /readyz. A restored database remembers the one it came from,
so that a new one is due at once.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from core.models import JobRun

NAME = "backup"  # a row among the jobs, although it is the host that starts it


def record(now: datetime) -> None:
    values = {"due_at": now, "last_finished_at": now}
    JobRun.objects.update_or_create(name=NAME, defaults=values)


def is_recent(now: datetime | None = None) -> bool:
    """Whether the last backup is young enough; always, where none is expected."""
    if not settings.BACKUP_MAX_HOURS:
        return True
    first = (now or timezone.now()) - timedelta(hours=settings.BACKUP_MAX_HOURS)
    return JobRun.objects.filter(name=NAME, last_finished_at__gt=first).exists()
