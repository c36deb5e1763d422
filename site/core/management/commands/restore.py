from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from core.backups import archive, databases, restoring


class Command(BaseCommand):
    help = (
        "Put a backup into an empty installation, bring it up to date and run after_restore."
        " Stop the web server and the worker first. Exit code 1 if it was refused: nothing changed."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        if not databases.is_empty() or archive.has_files():
            raise CommandError(
                "Refused: this installation is not empty. Give it a new database (DATABASE_URL)"
                " and new folders (VAR_ROOT)."
            )
        try:
            with archive.unpacked(file) as (manifest, folder):
                databases.load(folder / archive.DATABASE)
                archive.put_files(folder)
        except (archive.BadBackupError, databases.DatabaseTroubleError) as error:
            raise CommandError(f"Refused: {error}. Nothing was changed.") from error
        self.stdout.write(f"The backup of {manifest.made_at} is back ({len(manifest.files)} files)")
        call_command("migrate", interactive=False, verbosity=0)
        restoring.begin(datetime.fromisoformat(manifest.made_at))
        call_command("after_restore", stdout=self.stdout)
