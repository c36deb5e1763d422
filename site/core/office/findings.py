"""The list of what readers see and staff know otherwise, with the page where each is solved."""

from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core import findings

LABEL = gettext_lazy("What does not agree")


class FindingsView(WagtailAdminTemplateMixin, TemplateView):
    page_title = LABEL
    header_icon = "warning"
    template_name = "core/office/findings.html"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": LABEL}]

    def get_context_data(self, **kwargs):
        standing = findings.standing(self.request.user)
        kinds = [
            {"label": f"{len(items)} {kind.label(len(items))}", "items": items}
            for kind, items in standing.items()
        ]
        return super().get_context_data(kinds=kinds, **kwargs)


urlpatterns = [path("findings/", FindingsView.as_view(), name="findings")]
