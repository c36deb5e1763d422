"""What Wagtail's content checker warns about, in the editor (“Checks”) and on the page for staff.

The checker cannot see a link whose text is an address (https://...); the report of broken links
lists those.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import AccessibilityItem, ContentCheckerItem

WAGTAILS = (AccessibilityItem, ContentCheckerItem)  # the first is the former name, still in use


class ContentChecker(ContentCheckerItem):
    """Also finds images without a description and links without an address."""

    axe_run_only = [*ContentCheckerItem.axe_run_only, "image-alt", "link-leads-nowhere"]
    axe_custom_rules = [
        *ContentCheckerItem.axe_custom_rules,
        {
            "id": "link-leads-nowhere",
            "impact": "serious",
            "selector": "main a:not([href])",
            "tags": ["best-practice"],
            "any": ["has-alt"],  # no link has one, so everything that is selected fails
            "enabled": True,
        },
    ]
    axe_messages = ContentCheckerItem.axe_messages | {
        "image-alt": {
            "error_name": _("Image without a text for who cannot see it"),
            "help_text": _("Fill in its description, or say that it is only decoration"),
        },
        "link-leads-nowhere": {
            "error_name": _("Link leads nowhere"),
            "help_text": _("The page was deleted or no address was given: link anew or unlink"),
        },
    }


def use_our_checker(request, items, page):
    """Put our checker in place of Wagtail's; for the hook `construct_wagtail_userbar`."""
    items[:] = [
        ContentChecker(in_editor=item.in_editor) if type(item) in WAGTAILS else item
        for item in items
    ]
