from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index

from core.blocks import BodyBlock
from core.fields import StreamField
from core.models import BasePage


class AccreditationPage(BasePage):
    introduction = models.TextField(_("introduction"), blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text below the list"))

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("introduction"),
        InlinePanel("accreditations", heading=_("Accreditations"), label=_("accreditation")),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.RelatedFields("accreditations", [index.SearchField("register")]),
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types = []
    page_description = _("Which registers accredit the course, and until when")

    class Meta:
        verbose_name = _("accreditation page")
        verbose_name_plural = _("accreditation pages")

    @cached_property
    def current(self):
        return [row for row in self.accreditations.all() if not row.has_expired]

    @cached_property
    def lapsed(self):
        return [row for row in self.accreditations.all() if row.has_expired]


class Accreditation(TranslatableMixin, Orderable):
    page = ParentalKey(AccreditationPage, on_delete=models.CASCADE, related_name="accreditations")
    register = models.CharField(_("register"), max_length=160)
    number = models.CharField(_("accreditation number"), max_length=40, blank=True)
    points = models.DecimalField(
        _("points"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("For who was there on all days of the whole course."),
    )
    valid_from = models.DateField(
        _("valid from"), null=True, blank=True, help_text=_("Empty: since long ago.")
    )
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_(
            "Shown as expired from the day after. The start page reminds you 90 days before."
        ),
    )
    url = models.URLField(_("page at the register"), blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)

    panels = [
        FieldPanel("register"),
        FieldRowPanel([FieldPanel("number"), FieldPanel("points")]),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
        FieldPanel("url"),
        FieldPanel("note"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("accreditation")
        verbose_name_plural = _("accreditations")

    def __str__(self):
        return self.register

    @property
    def has_expired(self):
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    @property
    def is_known(self):
        """Whether number and term are filled in; without them nobody can rely on it."""
        return bool(self.number and self.valid_until)

    def is_valid_on(self, day):
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_until is None or day <= self.valid_until)
