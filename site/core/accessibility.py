"""What Wagtail's content checker warns of, in the editor (“Checks”) and on the page for staff.

A text that is an address (https://...) cannot be seen by the checker; the report of broken links
names those.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import AccessibilityItem, ContentCheckerItem

WAGTAILS = (AccessibilityItem, ContentCheckerItem)  # the first is its former name, still used


class ContentChecker(ContentCheckerItem):
    """Also: images without a text, links that lead nowhere."""

    axe_run_only = [*ContentCheckerItem.axe_run_only, "image-alt", "link-leads-nowhere"]
    axe_custom_rules = [
        *ContentCheckerItem.axe_custom_rules,
        {
            "id": "link-leads-nowhere",
            "impact": "serious",
            "selector": "main a:not([href])",
            "tags": ["best-practice"],
            "any": ["has-alt"],  # which no link has: whatever is selected is wrong
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


def check_more(request, items, page):
    """For `construct_wagtail_userbar`: our checker in the place of Wagtail's own."""
    items[:] = [
        ContentChecker(in_editor=item.in_editor) if type(item) in WAGTAILS else item
        for item in items
    ]
