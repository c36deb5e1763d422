from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, LocaleColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.office.dates.forms import AboveDatesForm, WithoutDatesCopyForm
from home import office
from home.models import HomePage, Testimonial

HomePage.base_form_class = AboveDatesForm
HomePage.copy_form_class = WithoutDatesCopyForm


@register_snippet
class TestimonialViewSet(SnippetViewSet):
    model = Testimonial
    icon = "openquote"
    menu_label = _("Quotations")
    menu_order = 220
    add_to_admin_menu = True
    list_display = [
        "heading",
        Column("name", label=_("Name"), sort_key="name"),
        Column("speaker", label=_("Who speaks"), accessor="get_speaker_display"),
        LiveStatusTagColumn(),
        LocaleColumn(),
    ]
    list_filter = ["speaker"]
    list_per_page = 50
    copy_view_enabled = False


hooks.register("staff_to_do", office.translations_to_update)
hooks.register("register_admin_urls", office.urls)
