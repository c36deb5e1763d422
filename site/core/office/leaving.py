"""What goes along when a page leaves the site: said on the pages that ask whether it should.

Apps add sentences with the hook `staff_leaving`:

    @hooks.register("staff_leaving")
    def people_on_dates(pages): -> iterable of sentences
"""

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from core.following import followers

HOOK = "staff_leaving"


def consequences(pages):
    """Sentences about the translations of these pages, and about what apps know of them."""
    titles = [
        f"“{found.specific_deferred.get_admin_display_title()}” ({found.locale})"
        for page in pages
        for found in followers(page).select_related("locale")
    ]
    if titles:
        yield _("This is also done to the translations: %(titles)s.") % {
            "titles": ", ".join(titles)
        }
    for ask in hooks.get_hooks(HOOK):
        yield from ask(pages)


def warn_before_deleting(request, page):
    """For `before_delete_page`, which also runs before Wagtail asks."""
    if request.method == "GET":
        for sentence in consequences([page]):
            messages.warning(request, sentence)


class UnpublishWithSourceLogFormatter(LogFormatter):
    label = gettext_lazy("Unpublished with its source")
    message = gettext_lazy("Unpublished, like the page that it translates")
