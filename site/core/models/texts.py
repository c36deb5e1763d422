from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail.blocks import CharBlock, PageChooserBlock, StructBlock
from wagtail.fields import RichTextField
from wagtail.models import TranslatableMixin

from core import richtext
from core.fields import StreamField
from core.models.drafts import Drafted


class MenuLinkBlock(StructBlock):
    page = PageChooserBlock(label=_("page"))
    label = CharBlock(
        label=_("text"), max_length=40, required=False, help_text=_("Empty: the page's title.")
    )

    class Meta:
        icon = "link"
        label = _("link")


class SiteTexts(Drafted, TranslatableMixin, models.Model):
    """The text around every page, one row per language: settings could not be translated."""

    tagline = models.CharField(_("tagline"), max_length=120, blank=True)
    menu = StreamField(
        [("link", MenuLinkBlock())],
        blank=True,
        max_num=6,
        verbose_name=_("menu"),
        help_text=_("At most six: what most visitors come for. The rest goes in the footer."),
    )
    footer_text = RichTextField(_("text in the footer"), blank=True, features=richtext.LINE)
    footer_links = StreamField(
        [("link", MenuLinkBlock())], blank=True, verbose_name=_("links in the footer")
    )
    finder_text = models.CharField(
        _("text of the link for patients"),
        max_length=120,
        blank=True,
        help_text=_("Leads visitors who look for a therapist to the right site."),
    )

    panels = [
        FieldPanel("tagline"),
        FieldPanel("menu"),
        MultiFieldPanel(
            [FieldPanel("footer_text"), FieldPanel("footer_links"), FieldPanel("finder_text")],
            heading=_("Footer"),
        ),
        PublishingPanel(),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("menu and footer")
        verbose_name_plural = _("menu and footer")
        constraints = [
            models.UniqueConstraint(
                fields=["locale"],
                name="one_site_texts_per_language",
                violation_error_message=_("This language has its menu and footer already."),
            )
        ]

    def __str__(self):
        return str(_("Menu and footer (%(language)s)") % {"language": self.locale})

    def get_preview_template(self, request, mode_name):
        return "core/site_texts_preview.html"

    def get_preview_context(self, request, mode_name):
        return super().get_preview_context(request, mode_name) | {"previewed_texts": self}
