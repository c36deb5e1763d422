from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from core.fields import StreamField
from core.models import BasePage
from home.blocks import ContentBlock

PICTURE_HELP = _("Beside the title. What matters stays in view if the image has a focal point.")


class ContentPage(BasePage):
    introduction = models.TextField(_("introduction"), blank=True)
    picture = models.ForeignKey(
        "core.SiteImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("picture in the opening"),
        help_text=PICTURE_HELP,
    )
    show_contents = models.BooleanField(
        _("show a contents list"),
        default=False,
        help_text=_("Lists the sections of this page at its start."),
    )
    body = StreamField(ContentBlock(), blank=True, verbose_name=_("text"))

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("picture"),
        FieldPanel("show_contents"),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]
    parent_page_types = ["home.HomePage", "home.ContentPage"]
    subpage_types = ["home.ContentPage"]
    page_description = _("Any text: explanation, terms, privacy")

    class Meta:
        verbose_name = _("text page")
        verbose_name_plural = _("text pages")

    @property
    def sections(self):
        """The values of the section blocks, for the list of contents."""
        return [block.value for block in self.body if block.block_type == "section"]
