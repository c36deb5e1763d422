from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.backups import restoring
from core.models import Restoration


class Command(BaseCommand):
    help = (
        "Put right, or before staff, what happened since a backup that was put back. `restore` runs"
        " it; run it again until its exit code is 0. After a restore by the host's own means, say"
        " --since: the moment of that backup."
    )

    def add_arguments(self, parser):
        parser.add_argument("--since", type=_moment, help="Such as 2026-11-30T03:15.")

    def handle(self, *, since, **options):
        restoration = restoring.begin(since) if since else Restoration.objects.first()
        if restoration is None:
            raise CommandError("No backup was put back here. If one was, say --since.")
        for name, line in restoring.put_right(restoration):
            self.stdout.write(f"{name}: {line}")
        if not restoration.finished_at:
            raise CommandError("Not all was put right. Run after_restore again.")


def _moment(text):
    return timezone.make_aware(datetime.fromisoformat(text))
