from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home")

    def ready(self):
        from core import changes

        # Importing them registers a kind of mail, and the view of a page.
        from home import mails, site_words, sitemap, views  # noqa: F401
        from home.models import Testimonial

        changes.watch(Testimonial)
