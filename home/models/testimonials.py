from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PublishingPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index

from core.models import Drafted


class Testimonial(Drafted, TranslatableMixin, index.Indexed, models.Model):
    class Speaker(models.TextChoices):
        FOUNDER = "founder", _("Founder")
        COURSE_MEMBER = "course_member", _("Course member")

    heading = models.CharField(_("heading"), max_length=80)
    quote = models.TextField(_("quotation"), help_text=_("Word for word, with consent."))
    name = models.CharField(_("name"), max_length=100)
    profession = models.CharField(_("profession"), max_length=120, blank=True)
    place = models.CharField(_("town"), max_length=80, blank=True)
    speaker = models.CharField(
        _("who speaks"),
        max_length=20,
        choices=Speaker,
        default=Speaker.COURSE_MEMBER,
        help_text=_("Shown below the quotation, so that readers know who recommends what."),
    )

    panels = [
        FieldPanel("heading"),
        FieldPanel("quote"),
        FieldPanel("speaker"),
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("profession"), FieldPanel("place")]),
        PublishingPanel(),
    ]
    search_fields = [
        index.AutocompleteField("heading"),
        index.SearchField("quote"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.heading}: {self.name}"

    def get_preview_template(self, request, mode_name):
        return "home/testimonial_preview.html"
