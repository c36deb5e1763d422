from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FaqConfig(AppConfig):
    name = "faq"
    verbose_name = _("Questions")

    def ready(self):
        from faq import signals  # noqa: F401 what is cached is read anew after a change
