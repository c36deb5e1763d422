from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "mail"
    verbose_name = _("Mail")

    def ready(self):
        from core import changes
        from mail.models import MailText

        changes.watch(MailText)
        # Importing them registers a check of /readyz and a receiver of the provider's reports.
        from mail import health, trail  # noqa: F401

        autodiscover_modules("mails")
