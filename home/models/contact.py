from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.fields import RichTextField
from wagtail.search import index

from core import richtext
from core.fields import StreamField
from core.models import BasePage
from home.blocks import ContentBlock


class ContactPage(RoutablePageMixin, BasePage):
    """How to reach the office, with a form that mails it a message."""

    introduction = models.TextField(_("introduction"), blank=True)
    body = StreamField(ContentBlock(), blank=True, verbose_name=_("text"))
    form_heading = models.CharField(_("heading above the form"), max_length=120, blank=True)
    thank_you = RichTextField(
        _("text after sending"),
        features=richtext.SHORT,
        help_text=_("Say when they get an answer."),
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("form_heading"), FieldPanel("thank_you")], heading=_("Contact form")
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types = []
    page_description = _("Contact details and a form that reaches the office")

    class Meta:
        verbose_name = _("contact page")
        verbose_name_plural = _("contact pages")
