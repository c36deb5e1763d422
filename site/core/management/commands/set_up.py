from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from core import owners, still_missing


class Command(BaseCommand):
    help = (
        "Everything between an empty database and a site that can be used: tables, first content,"
        " the owner's account. Safe to repeat; says what is still missing."
    )
    requires_system_checks = []  # each command below runs its own

    def add_arguments(self, parser):
        parser.add_argument(
            "--owner",
            metavar="ADDRESS",
            help="Whose account is made, if there is none. Default: the variable OWNER_EMAIL.",
        )

    def handle(self, *, owner, **options):
        with translation.override("en"):
            self._migrate()
            call_command("load_content", when_empty=True, stdout=self.stdout)
            self._invite(owner or settings.OWNER_EMAIL, asked=bool(owner))
            if not settings.LOCAL_INSTALLATION:
                self._say_what_is_missing()

    def _migrate(self):
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        call_command("migrate", interactive=False, verbosity=0)
        applied = f"{len(plan)} migrations applied" if plan else "up to date"
        self.stdout.write(f"Tables: {applied}.")

    def _invite(self, address, *, asked):
        if not address:
            return
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError(f"{address!r} is not an e-mail address.") from error
        link = owners.invite(address, again=asked)
        if asked and not link:
            self.stdout.write(
                f"Owner: nothing sent to {address}. There is an owner who has chosen a password;"
                " use the link on the login page for a new one."
            )
        if link:
            mailed = owners.mail(address, link)
            self.stdout.write(f"Owner: {address} chooses a password here, once:\n  {link}")
            self.stdout.write(
                "  A mail with it is on its way." if mailed else "  It could not be mailed."
            )

    def _say_what_is_missing(self):
        lines = still_missing.in_words()
        said = ["Still missing:", *lines] if lines else ["Nothing is missing."]
        self.stdout.write("\n - ".join(said))
