"""The start page of the CMS tells the owner what is wrong with the site itself, in words."""

from wagtail.admin.ui.components import Component

from core import faults, health
from core.once import cached_briefly

PERMISSION = "core.change_sitesettings"


class FaultsPanel(Component):
    name = "faults"
    order = 1
    template_name = "core/office/faults.html"

    def render_html(self, parent_context=None):
        user = parent_context["request"].user
        return super().render_html(parent_context) if user.has_perm(PERMISSION) else ""

    def get_context_data(self, parent_context):
        found = cached_briefly("faults", faults.standing)
        return {"faults": [(health.in_words(fault.name), fault.since) for fault in found]}
