from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.search import index

from core import richtext
from core.blocks import AnchorMixin, SectionBlock, VideoBlock, anchor_block
from core.fields import StreamField
from core.models import BasePage


class RouteBlock(AnchorMixin, blocks.StructBlock):
    anchor_source = "name"

    name = blocks.CharBlock(label=_("name"), max_length=60)
    anchor = anchor_block()
    text = blocks.RichTextBlock(label=_("for whom and how"), features=richtext.SHORT)
    referral = blocks.TextBlock(label=_("rule of referral"), required=False)

    class Meta:
        icon = "arrow-right"
        label = _("route")


class TherapyPage(BasePage):
    """Explains running therapy. Its summary is shown on the home page too."""

    introduction = models.TextField(_("introduction"), blank=True)
    summary = RichTextField(
        _("running therapy in short"),
        features=richtext.LINE,
        help_text=_("Also shown on the home page: one text, two places."),
    )
    sections = StreamField([("section", SectionBlock())], verbose_name=_("sections"))
    indications_heading = models.CharField(_("heading"), max_length=120)
    indications_intro = RichTextField(_("introduction"), blank=True, features=richtext.SHORT)
    conditions_heading = models.CharField(_("heading of the conditions"), max_length=80)
    conditions = StreamField(
        [("item", blocks.CharBlock(label=_("condition"), max_length=160))],
        verbose_name=_("conditions"),
    )
    complaints_heading = models.CharField(_("heading of the complaints"), max_length=80)
    complaints = StreamField(
        [("item", blocks.CharBlock(label=_("complaint"), max_length=160))],
        verbose_name=_("complaints"),
    )
    routes_heading = models.CharField(_("heading"), max_length=120)
    routes_intro = RichTextField(_("introduction"), blank=True, features=richtext.SHORT)
    routes = StreamField([("route", RouteBlock())], verbose_name=_("routes"))
    video = StreamField([("video", VideoBlock())], blank=True, max_num=1, verbose_name=_("video"))

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("summary"),
        FieldPanel("sections"),
        MultiFieldPanel(
            [
                FieldPanel("indications_heading"),
                FieldPanel("indications_intro"),
                FieldPanel("conditions_heading"),
                FieldPanel("conditions"),
                FieldPanel("complaints_heading"),
                FieldPanel("complaints"),
            ],
            heading=_("Indications"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("routes_heading"),
                FieldPanel("routes_intro"),
                FieldPanel("routes"),
            ],
            heading=_("Three routes"),
        ),
        FieldPanel("video"),
    ]
    search_fields = [
        *BasePage.search_fields,
        *[
            index.SearchField(name)
            for name in (
                "introduction",
                "summary",
                "sections",
                "indications_intro",
                "conditions",
                "complaints",
                "routes_intro",
                "routes",
            )
        ],
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types = []
    page_description = _("The explanation of running therapy, with indications and routes")

    class Meta:
        verbose_name = _("therapy page")
        verbose_name_plural = _("therapy pages")
