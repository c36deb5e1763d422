from django.core.management.base import BaseCommand

from courses.domain import invariants


class Command(BaseCommand):
    help = "Print everything in the database that must not be; exit 1 if there is anything."

    def handle(self, *args, **options):
        found = list(invariants.violations())
        for line in found:
            self.stdout.write(line)
        if found:
            raise SystemExit(1)
