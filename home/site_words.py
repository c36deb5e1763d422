"""The sentences of the site itself that are the institute's own, see core.site_words."""

from django.utils.translation import gettext_lazy as _

from core.site_words import register

register(
    _("A page that does not exist"),
    {
        "lost-heading": "This path stops here",
        "lost-text": "The page you are looking for does not exist, or no longer exists. Perhaps the"
        " address was typed wrongly, or the page has moved.",
    },
)
