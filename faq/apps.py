from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FaqConfig(AppConfig):
    name = "faq"
    verbose_name = _("Questions")

    def ready(self):
        from core import changes
        from faq import sitemap  # noqa: F401
        from faq.models import FaqQuestion, FaqTopic

        changes.watch(FaqQuestion, FaqTopic)
