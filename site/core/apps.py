from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Site")

    def ready(self):
        from core import faults, folding, following, lookups, redirects, sentry, site_words
        from core.broken_links import signals

        folding.install()
        following.install()
        lookups.install()
        redirects.install()
        signals.install()
        faults.install()
        sentry.install()
        site_words.install()
