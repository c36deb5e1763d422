"""For staff: what people search for and do not find, and the way to an answer."""

from django.core.exceptions import PermissionDenied
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import BaseListingView

from search import missed

LABEL = gettext_lazy("Searched in vain")
ICON = "search"


def may_see(user):
    """Whether this person may write answers."""
    return user.has_perm("faq.add_faqquestion")


class MissedView(BaseListingView):
    page_title = LABEL
    header_icon = ICON
    template_name = "search/office/missed.html"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    index_url_name = "missed:index"
    paginate_by = 50
    table_classname = "listing report-rows"
    default_ordering = ("-total", "query")

    def dispatch(self, request, *args, **kwargs):
        if not may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        return missed.in_order()

    @cached_property
    def columns(self):
        return [
            TitleColumn("query", label=_("Searched for"), get_url=_new_answer),
            Column("language", label=_("Language")),
            Column("total", label=_("Times asked")),
            Column("last", label=_("Last in the week of")),
        ]

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": LABEL}]

    @property
    def no_results_message(self):
        return _("Everything that was searched for was found.")


def _new_answer(row):
    return (
        f"{reverse('wagtailsnippets_faq_faqquestion:add')}?{urlencode({'question': row['query']})}"
    )


class MissedMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see(request.user)


def menu_item():
    return MissedMenuItem(LABEL, reverse("missed:index"), icon_name=ICON, order=815)


urlpatterns = [path("", MissedView.as_view(), name="index")]
