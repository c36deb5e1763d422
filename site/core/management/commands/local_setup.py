import io

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

GREETING = """
The site   {url}/
Staff      {url}/admin/
Login      {login}   (this machine only)
Mail       {mail}
Ctrl-C stops.
"""


class Command(BaseCommand):
    help = "Everything between an empty folder and a running site, for `make run`."
    requires_system_checks = []  # each command below runs its own

    def handle(self, **options):
        if not settings.LOCAL_INSTALLATION:
            raise CommandError("local_setup is for config.settings.dev only.")
        call_command("set_up", stdout=io.StringIO())
        call_command("load_content", stdout=self.stdout)  # also what was added to it since
        login = call_command("local_login", stdout=io.StringIO())
        self.stdout.write(
            GREETING.format(url=settings.SITE_URL, login=login, mail=settings.MAIL_FOLDER)
        )
