from django.db.models import Q
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import LocaleColumn
from wagtail.models import Locale, RevisionMixin
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import page_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet
from wagtail_localize.synctree import create_aliases_for_new_page

from core import accessibility, ageing, findings, following, guide, image_forms, publishing
from core.broken_links import report as broken_links
from core.links import PageLinks
from core.models import BasePage, SiteTexts
from core.office import ageing as check_again
from core.office import findings as findings_page
from core.office import leaving
from core.office import lost as lost_addresses
from core.office import publishing as publishing_office
from core.office.faults import FaultsPanel
from core.office.site_words import WordsViewSet
from core.page_forms import PageForm
from core.spreadsheets import make_every_export_safe

make_every_export_safe()
BasePage.base_form_class = PageForm


@hooks.register("register_rich_text_features", order=10)  # after Wagtail's own
def link_to_pages(features):
    features.register_link_type(PageLinks)


@hooks.register("after_copy_page")
def create_aliases_of_copy(request, page, new_page):
    """Create aliases for a copied page: wagtail-localize does so for new pages only."""
    copies = [new_page, *new_page.get_descendants().order_by("path").specific()]
    for copy in copies:
        create_aliases_for_new_page(copy)


class OncePerLanguage(ModelPermissionPolicy):
    """Allows adding only while a language lacks its texts, and never deleting."""

    def user_has_permission(self, user, action):
        if action == "delete" or not super().user_has_permission(user, action):
            return False
        return action != "add" or _languages_without_texts().exists()

    def user_has_any_permission(self, user, actions):
        # Every page of the CMS asks this for its menu, so what costs a query comes last.
        return any(self.user_has_permission(user, a) for a in sorted(actions, key="add".__eq__))

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action)


def _languages_without_texts():
    return Locale.objects.exclude(pk__in=SiteTexts.objects.values("locale"))


@register_snippet
class SiteTextsViewSet(SnippetViewSet):
    model = SiteTexts
    icon = "list-ul"
    menu_label = _("Menu and footer")
    menu_order = 230
    add_to_admin_menu = True
    list_display = ["__str__", LocaleColumn()]
    copy_view_enabled = False

    @property
    def permission_policy(self):
        return OncePerLanguage(self.model)


@hooks.register("construct_homepage_panels", order=1000)  # after those that leave panels out
def begin_with_what_is_wrong(request, panels):
    panels.append(FaultsPanel())


@hooks.register("before_edit_snippet")
def keep_the_first_version(request, instance):
    """What was there before versions were kept, or came with the first content, is kept too."""
    keeps_versions = isinstance(instance, RevisionMixin)
    if request.method == "POST" and keeps_versions and instance.latest_revision_id is None:
        first = instance.save_revision(log_action="wagtail.create")  # no edit: it is listed
        if getattr(instance, "live", False):  # it is what readers see now
            instance.live_revision, instance.has_unpublished_changes = first, False
            instance.save(update_fields=["live_revision", "has_unpublished_changes"])


@hooks.register("construct_page_action_menu")
@hooks.register("construct_snippet_action_menu")
def publish_is_the_button(menu_items, request, context):
    """For whoever may publish the button is “Publish”; saving a draft is in its menu."""
    found = [item for item in menu_items if item.name == "action-publish"]
    menu_items[:] = found + [item for item in menu_items if item not in found]


@hooks.register("register_admin_viewset")
def register_words():
    return WordsViewSet()


@hooks.register("insert_global_admin_css")
def house_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("core/admin.css"))


@hooks.register("register_admin_urls")
def guide_urls():
    return [path("guide/", include((guide.urlpatterns, "guide")))]


@hooks.register("register_help_menu_item")
def guide_in_help_menu():
    return MenuItem(_("Staff guide"), reverse("guide:index"), icon_name="help", order=100)


@hooks.register("construct_help_menu")
def leave_out_wagtails_help(request, items):
    """Our guide is in Dutch; Wagtail's news and its English guide lead to other sites."""
    items[:] = [item for item in items if not item.name.startswith(("whats-new", "editor-guide"))]


hooks.register("construct_wagtail_userbar", accessibility.use_our_checker)
hooks.register("register_reports_menu_item", check_again.menu_item)
hooks.register("register_reports_menu_item", broken_links.menu_item)
hooks.register("register_reports_menu_item", lost_addresses.menu_item)
hooks.register("staff_to_do", check_again.texts_to_check_again)
hooks.register("staff_to_do", broken_links.links_to_repair)
hooks.register("staff_to_do", findings.staff_to_do)
hooks.register("staff_to_do", publishing_office.not_published_as_planned)
hooks.register("before_delete_page", leaving.warn_before_deleting, order=10)
hooks.register("before_bulk_action", image_forms.refuse_private_collection)
# The last one of a type counts, so after Wagtail's own.
hooks.register("register_bulk_action", publishing_office.PublishWhatMayBe, order=10)


@hooks.register("register_admin_urls")
def report_urls():
    return [
        path("reports/check-again/", include((check_again.urlpatterns, "check_again"))),
        path("reports/broken-links/", include((broken_links.urlpatterns, "broken_links"))),
        path("reports/lost-addresses/", include((lost_addresses.urlpatterns, "lost"))),
        *findings_page.urlpatterns,
    ]


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action(ageing.LOG_ACTION)(check_again.CheckAgainLogFormatter)
    actions.register_action(following.LOG_ACTION)(leaving.UnpublishWithSourceLogFormatter)
    actions.register_action(publishing.LOG_ACTION)(publishing_office.NotPublishedLogFormatter)


@hooks.register("construct_page_chooser_queryset")
def offer_no_drafts_of_others(pages, request):
    """Offer published pages, and only those drafts that the user may see. Wagtail offers all."""
    own = page_permission_policy.explorable_instances(request.user)
    return pages.filter(Q(live=True) | Q(pk__in=own.values("pk")))
