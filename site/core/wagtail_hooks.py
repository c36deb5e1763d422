from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import LocaleColumn
from wagtail.models import Locale
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet
from wagtail_localize.synctree import create_aliases_for_new_page

from core.links import PageLinks
from core.models import SiteTexts
from core.spreadsheets import make_every_export_safe

make_every_export_safe()


@hooks.register("register_rich_text_features", order=10)  # after Wagtail's own
def link_to_pages(features):
    features.register_link_type(PageLinks)


@hooks.register("after_copy_page")
def follow_in_other_languages(request, page, new_page):
    """wagtail-localize does this for a page that is made anew; most dates are copies of others."""
    copies = [new_page, *new_page.get_descendants().order_by("path").specific()]
    for copy in copies:
        create_aliases_for_new_page(copy)


class OncePerLanguage(ModelPermissionPolicy):
    """Nothing to add once every language has its texts, and never anything to delete."""

    def user_has_permission(self, user, action):
        if action == "delete" or not super().user_has_permission(user, action):
            return False
        return action != "add" or _languages_without_texts().exists()

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


@hooks.register("insert_global_admin_css")
def house_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("core/admin.css"))
