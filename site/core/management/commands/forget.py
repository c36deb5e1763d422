from django.core.management.base import BaseCommand

from core import retention


class Command(BaseCommand):
    help = "Remove the personal data whose term is over; --dry-run only counts them."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Count, and remove nothing.")

    def handle(self, *args, dry_run, verbosity, **options):
        counts = retention.count_due() if dry_run else retention.remove_due().counts
        if not verbosity:
            return
        for key, number in counts.items():
            if number:
                self.stdout.write(f"{key}: {number}")
        total = sum(counts.values())
        self.stdout.write(f"{total} {'would be removed' if dry_run else 'removed'}")
