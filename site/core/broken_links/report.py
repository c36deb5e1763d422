"""The report of broken links: what is wrong, on which page, and when it was checked."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Q, prefetch_related_objects
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.utils import get_latest_str
from wagtail.admin.views.generic import BaseListingView
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from core import periodic
from core.broken_links import finding, rounds, signals
from core.models import JobRun, Link
from core.once import cached_briefly
from core.to_do import ToDo

LABEL = gettext_lazy("Broken links")
ICON = "link"


def may_see(user):
    """Whether this person may change any page at all."""
    return page_permission_policy.user_has_permission(user, "change")


def broken(user):
    """The broken links in the pages and snippets that this person may change."""
    return Link.objects.filter(
        _on_what_they_may_change(user), ~Q(problem="") | rounds.is_broken("address__")
    ).select_related("address")


def _on_what_they_may_change(user):
    pages = page_permission_policy.instances_user_has_permission_for(user, "change")
    on_pages, elsewhere = [], []
    for kind in _kinds():
        model = kind.model_class()
        if model is None:
            continue
        if issubclass(model, Page):
            on_pages.append(kind)
        elif user.has_perm(f"{kind.app_label}.change_{kind.model}"):
            elsewhere.append(kind)
    return Q(content_type__in=on_pages, object_id__in=pages.values("pk")) | Q(
        content_type__in=elsewhere
    )


def _kinds():
    return ContentType.objects.filter(pk__in=Link.objects.values("content_type"))


class BrokenLinksView(BaseListingView):
    page_title = LABEL
    header_icon = ICON
    template_name = "core/office/broken_links.html"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    index_url_name = "broken_links:index"
    paginate_by = 50
    table_classname = "listing report-rows"
    default_ordering = ("content_type", "object_id", "pk")

    def dispatch(self, request, *args, **kwargs):
        if not may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        return broken(self.request.user)

    @cached_property
    def columns(self):
        return [
            TitleColumn("where", label=_("Stands on"), get_url=lambda link: link.edit_url),
            Column("text", label=_("Text of the link")),
            Column("leads_to", label=_("Leads to")),
            Column("wrong", label=_("What is wrong")),
            DateColumn("checked_at", label=_("Last checked")),
        ]

    def get_table(self, object_list):
        return super().get_table(describe(object_list, self.request.user))

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": LABEL}]

    @property
    def no_results_message(self):
        return _("No broken links.")

    def get_context_data(self, **kwargs):
        run = JobRun.objects.filter(name=signals.JOB).first()
        return super().get_context_data(searched_at=run.last_finished_at if run else None, **kwargs)


def describe(links, user):
    """Return the links as a list, each with the attributes that its row shows."""
    links = list(links)
    finder = AdminURLFinder(user)
    prefetch_related_objects(links, "source")
    titles = _titles_of_targets(links, user)
    for link in links:
        link.where = get_latest_str(link.source) if link.source else ""
        link.edit_url = finder.get_edit_url(link.source) if link.source else None
        link.leads_to = titles.get(link.url, _("a draft")) if _to_page(link) else link.url
        external = link.address if not link.problem else None
        link.wrong = external.get_trouble_display() if external else link.get_problem_display()
        link.checked_at = external.checked_at if external else None
    return links


def _to_page(link):
    return link.url.startswith(finding.TO_PAGE)


def _titles_of_targets(links, user):
    """{url: title} of chosen pages. A draft is left out unless this person may see it."""
    pks = [link.url.removeprefix(finding.TO_PAGE) for link in links if _to_page(link)]
    own = page_permission_policy.explorable_instances(user)
    seen = Page.objects.filter(Q(live=True) | Q(pk__in=own.values("pk")), pk__in=pks)
    titles = seen.values_list("pk", "title")
    return {f"{finding.TO_PAGE}{pk}": title for pk, title in titles}


class CheckNowView(View):
    """Have all links checked again: ours at once, those to other sites within minutes."""

    http_method_names = ["post"]

    def post(self, request):
        if not may_see(request.user):
            raise PermissionDenied
        periodic.run_soon(signals.JOB)
        rounds.ask_all_again()
        messages.success(
            request, _("All links are looked at again. That takes a few minutes; come back later.")
        )
        return redirect("broken_links:index")


class ReportMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see(request.user)


def menu_item():
    return ReportMenuItem(LABEL, reverse("broken_links:index"), icon_name=ICON, order=810)


def links_to_repair(user):
    """For the hook `staff_to_do`."""
    if not may_see(user):
        return []
    number = cached_briefly(f"broken links of {user.pk}", lambda: broken(user).count())
    label = ngettext("broken link", "broken links", number)
    return [
        ToDo(label=label, number=number, url=reverse("broken_links:index"), order=690, icon=ICON)
    ]


urlpatterns = [
    path("", BrokenLinksView.as_view(), name="index"),
    path("check/", CheckNowView.as_view(), name="check"),
]
