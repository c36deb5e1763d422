from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FaqConfig(AppConfig):
    name = "faq"
    verbose_name = _("Questions")

    def ready(self):
        # Importing them registers what the page with questions shows, and empties what was kept.
        from faq import signals, sitemap  # noqa: F401
