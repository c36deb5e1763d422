from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Site")

    def ready(self):
        from wagtail.documents import get_document_model
        from wagtail.models import CollectionViewRestriction, Locale, PageViewRestriction, Site

        from core import changes, faults, folding, following, lookups, redirects, sentry, site_words
        from core.broken_links import signals
        from core.models import SiteImage, SiteSettings, SiteTexts, SiteWord

        changes.install()
        changes.watch(Locale, Site, PageViewRestriction, CollectionViewRestriction)
        changes.watch(SiteImage, SiteSettings, SiteTexts, SiteWord, get_document_model())

        folding.install()
        following.install()
        lookups.install()
        redirects.install()
        signals.install()
        faults.install()
        sentry.install()
        site_words.install()
