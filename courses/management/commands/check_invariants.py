from django.core.management.base import BaseCommand

from courses.domain import invariants


class Command(BaseCommand):
    help = "Print every violated invariant of the database; exit 1 if there is any."

    def handle(self, *args, **options):
        found = list(invariants.violations())
        for line in found:
            self.stdout.write(line)
        if found:
            raise SystemExit(1)
