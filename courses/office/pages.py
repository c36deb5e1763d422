"""What the pages of the office have in common."""

from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin


class BreadcrumbsMixin:
    """Breadcrumbs from the start page, through the ancestors of this page, to this page."""

    def get_ancestors(self):
        """[(label, URL)], from the top."""
        return []

    def get_breadcrumb(self):
        """The last item: this page."""
        return {"url": "", "label": self.get_page_title()}

    def get_breadcrumbs_items(self):
        ancestors = [{"url": url, "label": label} for label, url in self.get_ancestors()]
        return [*self.breadcrumbs_items, *ancestors, self.get_breadcrumb()]


class OfficeView(BreadcrumbsMixin, PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page of the office that is neither a list nor the form of a model."""
