"""For staff: addresses that people ask for in vain, and the way to a redirect."""

from django.core.exceptions import PermissionDenied
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import BaseListingView
from wagtail.contrib.redirects.permissions import permission_policy

from core import lost

LABEL = gettext_lazy("Addresses asked for in vain")
ICON = "redirect"


def may_see(user):
    """Whether this person may make redirects."""
    return permission_policy.user_has_permission(user, "add")


class LostView(BaseListingView):
    page_title = LABEL
    header_icon = ICON
    template_name = "core/office/lost.html"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    index_url_name = "lost:index"
    paginate_by = 50
    table_classname = "listing report-rows"
    default_ordering = ("-total", "path")

    def dispatch(self, request, *args, **kwargs):
        if not may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        return lost.in_order()

    @cached_property
    def columns(self):
        return [
            TitleColumn("path", label=_("Address"), get_url=_new_redirect),
            Column("total", label=_("Times asked")),
            Column("last", label=_("Last in the week of")),
            TitleColumn(
                "make",
                label="",
                accessor=lambda row: _("Make a redirect"),
                get_url=_new_redirect,
            ),
        ]

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": LABEL}]

    @property
    def no_results_message(self):
        return _("Nobody asked for an address that does not exist.")


def _new_redirect(row):
    return f"{reverse('wagtailredirects:add')}?{urlencode({'old_path': row['path']})}"


class LostMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see(request.user)


def menu_item():
    return LostMenuItem(LABEL, reverse("lost:index"), icon_name=ICON, order=816)


urlpatterns = [path("", LostView.as_view(), name="index")]
