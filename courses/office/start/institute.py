"""What the institute must say of itself before an invoice can leave."""

from django.urls import reverse
from django.utils.translation import ngettext

from core.models import SiteSettings
from core.to_do import ToDo


def staff_to_do(user):
    """The facts that are missing on invoices, first of all, for whoever may fill them in."""
    if not user.has_perm("core.change_sitesettings"):
        return []
    missing = SiteSettings.current().missing_on_invoices
    if not missing:
        return []
    label = ngettext(
        "fact of the institute is missing, so no invoice leaves: %(names)s",
        "facts of the institute are missing, so no invoice leaves: %(names)s",
        len(missing),
    ) % {"names": ", ".join(str(name) for name in missing)}
    url = reverse("wagtailsettings:edit", args=["core", "sitesettings"])
    return [ToDo(label=label, number=len(missing), url=url, order=10, icon="warning")]
