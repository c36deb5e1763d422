from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.backups import archive
from core.backups.age import record
from core.backups.databases import DatabaseTroubleError


class Command(BaseCommand):
    help = (
        "Write database and files into one file, encrypted if BACKUP_KEY is set, and delete those"
        " that are older than BACKUP_DAYS. Exit code 1 if it failed: nothing is left of it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, help="Another folder than BACKUP_ROOT.")

    def handle(self, *, to, **options):
        folder = to or Path(settings.BACKUP_ROOT)
        try:
            path = archive.write(folder)
        except (DatabaseTroubleError, OSError) as error:
            raise CommandError(f"No backup was made: {error}") from error
        record(timezone.now())
        deleted = archive.delete_old(folder, days=settings.BACKUP_DAYS)
        sealed = "encrypted" if settings.BACKUP_KEY else "NOT encrypted: BACKUP_KEY is not set"
        self.stdout.write(f"{path} ({path.stat().st_size:,} bytes, {sealed})")
        if deleted:
            self.stdout.write(f"{deleted} older than {settings.BACKUP_DAYS} days deleted")
