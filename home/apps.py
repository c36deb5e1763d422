from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home")

    def ready(self):
        # Importing them registers a kind of mail, and the view of a page.
        from home import mails, site_words, sitemap, views  # noqa: F401
