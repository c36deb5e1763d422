import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

USERNAME = "beheer"


class Command(BaseCommand):
    help = "Make a staff login for this machine only; its password is kept in var/local-login.txt."

    def handle(self, **options):
        if not settings.LOCAL_INSTALLATION:
            raise CommandError("local_login is for config.settings.dev only.")
        self.file = settings.VAR_DIR / "local-login.txt"
        return f"{USERNAME} / {self._password()}"

    def _password(self):
        user = get_user_model().objects.filter(username=USERNAME).first()
        if user and self.file.exists():
            return self.file.read_text().strip()
        password = secrets.token_urlsafe(12)
        self._keep(password)
        user = user or get_user_model()(username=USERNAME, email="beheer@localhost")
        user.is_staff = user.is_superuser = user.is_active = True
        user.set_password(password)
        user.save()
        return password

    def _keep(self, password):
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.touch(mode=0o600)
        self.file.chmod(0o600)
        self.file.write_text(password + "\n")
