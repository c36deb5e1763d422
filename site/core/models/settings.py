from decimal import Decimal
from email.utils import parseaddr

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, IntegerBlock, StructBlock, URLBlock
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from core.fields import StreamField
from core.once import cached


class SocialLinkBlock(StructBlock):
    label = CharBlock(label=_("name"), max_length=40)
    url = URLBlock(label=_("address"))

    class Meta:
        icon = "link-external"
        label = _("social link")


class RefundStepBlock(StructBlock):
    """A person who cancels at least `days` before the first day gets `percent` of the price."""

    days = IntegerBlock(label=_("days before the first day, at least"), min_value=0)
    percent = IntegerBlock(label=_("percent back"), min_value=0, max_value=100)

    class Meta:
        icon = "undo"
        label = _("step")


def default_refund_steps():
    return [
        ("step", {"days": 42, "percent": 100}),
        ("step", {"days": 14, "percent": 50}),
    ]


@register_setting(icon="cog")
class SiteSettings(BaseSiteSetting):
    """Facts about the institute that are the same in every language. Text is in SiteTexts."""

    institute_name = models.CharField(
        _("name of the institute"), max_length=100, default="Runningtherapie.nl"
    )
    legal_name = models.CharField(
        _("legal name and form"),
        max_length=120,
        blank=True,
        help_text=_("As registered with the Chamber of Commerce."),
    )
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    email = models.EmailField(
        _("public e-mail address"), blank=True, help_text=_("Shown in the footer and in mails.")
    )
    phone = models.CharField(_("public telephone number"), max_length=30, blank=True)
    kvk_number = models.CharField(_("KvK number"), max_length=8, blank=True)
    vat_number = models.CharField(_("VAT id"), max_length=20, blank=True)
    crkbo_registered = models.BooleanField(
        _("registered with CRKBO"),
        default=False,
        help_text=_("When ticked, prices say that they are exempt from VAT."),
    )
    office_email = models.EmailField(
        _("e-mail address of the office"),
        blank=True,
        help_text=_("Receives sign-ups and contact messages. Not shown on the site."),
    )
    therapist_finder_url = models.URLField(
        _("find a running therapist"),
        blank=True,
        help_text=_("The site where patients find a running therapist near them."),
    )
    therapist_register_url = models.URLField(
        _("register of running therapists"),
        blank=True,
        default="",
        help_text=_("Where somebody can look up whether a therapist is registered."),
    )
    social_links = StreamField(
        [("link", SocialLinkBlock())], blank=True, verbose_name=_("social media")
    )
    few_places = models.PositiveSmallIntegerField(
        _("“few places left” from"),
        default=5,
        validators=[MinValueValidator(1)],
        help_text=_("With this many free places or fewer, a date says that few places are left."),
    )
    hold_days = models.PositiveSmallIntegerField(
        _("days that a place is held"),
        default=7,
        validators=[MinValueValidator(1)],
        help_text=_(
            "So long an unpaid sign-up keeps its place. After that the place is free again."
        ),
    )

    reminder_days = models.PositiveSmallIntegerField(
        _("days before that, a reminder"),
        default=2,
        validators=[MinValueValidator(1)],
        help_text=_("So long before its place is released, somebody who has not paid is warned."),
    )
    payment_method_name = models.CharField(
        _("name of the way of paying"),
        max_length=40,
        default="iDEAL | Wero",
        help_text=_("As the banks call it now."),
    )
    payment_method_logo = models.ForeignKey(
        "core.SiteImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("its logo"),
    )
    iban = models.CharField(
        _("bank account (IBAN)"), max_length=34, blank=True, help_text=_("Shown on invoices.")
    )
    vat_percent = models.DecimalField(
        _("VAT rate in percent"),
        max_digits=4,
        decimal_places=1,
        default=21,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Included in the prices. Only used when you are not registered with CRKBO."),
    )
    invoice_days = models.PositiveSmallIntegerField(
        _("days to pay an invoice"),
        default=14,
        validators=[MinValueValidator(1)],
        help_text=_("The place of somebody whose employer pays is held that long."),
    )
    refund_steps = StreamField(
        [("step", RefundStepBlock())],
        blank=True,
        default=default_refund_steps,
        verbose_name=_("who cancels gets back"),
        help_text=_(
            "The first step that fits counts; later than the last step, nothing goes back. Keep"
            " it the same as in your terms."
        ),
    )
    swap_offer_days = models.PositiveSmallIntegerField(
        _("days to answer the offer of another date"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_("So long the place on the other date is kept for who got the offer."),
    )
    decision_days = models.PositiveSmallIntegerField(
        _("days before the first day, the decision"),
        default=28,
        db_default=28,
        help_text=_(
            "On that day you decide whether a date goes ahead; the start page reminds you. A date"
            " can have a day of its own."
        ),
    )
    practical_days = models.PositiveSmallIntegerField(
        _("days before the first day, practical information"),
        default=7,
        help_text=_(
            "Then everybody whose place is final gets the mail with days, times and venue."
        ),
    )
    assignment_days = models.PositiveSmallIntegerField(
        _("days before the return day, the assignment"),
        default=28,
        help_text=_("Then everybody gets the mail about what to prepare for the return day."),
    )
    evaluation_url = models.URLField(
        _("evaluation form"),
        blank=True,
        help_text=_("Link in the mail that thanks people after the last day."),
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("institute_name"),
                FieldPanel("legal_name"),
                FieldPanel("street"),
                FieldRowPanel([FieldPanel("postcode"), FieldPanel("city")]),
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
                FieldRowPanel([FieldPanel("kvk_number"), FieldPanel("vat_number")]),
                FieldPanel("crkbo_registered"),
            ],
            heading=_("Institute"),
        ),
        MultiFieldPanel([FieldPanel("office_email")], heading=_("Office")),
        MultiFieldPanel(
            [
                FieldPanel("therapist_finder_url"),
                FieldPanel("therapist_register_url"),
                FieldPanel("social_links"),
            ],
            heading=_("Links"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("few_places"),
                FieldRowPanel([FieldPanel("hold_days"), FieldPanel("reminder_days")]),
                FieldPanel("swap_offer_days"),
                FieldPanel("decision_days"),
            ],
            heading=_("Places"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [FieldPanel("payment_method_name"), FieldPanel("payment_method_logo")]
                ),
                FieldRowPanel([FieldPanel("iban"), FieldPanel("vat_percent")]),
                FieldPanel("invoice_days"),
                FieldPanel("refund_steps"),
            ],
            heading=_("Money"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("practical_days"), FieldPanel("assignment_days")]),
                FieldPanel("evaluation_url"),
            ],
            heading=_("Mails around the course"),
        ),
    ]

    class Meta:
        verbose_name = _("institute")

    @classmethod
    def current(cls):
        """The settings of the default site, with or without a request; unsaved defaults if none."""
        return cached("settings", cls._find)

    @classmethod
    def _find(cls):
        return cls.objects.filter(site__is_default_site=True).first() or cls()

    def __str__(self):
        return self.institute_name

    def percent_back(self, days):
        """The percentage of the price to refund on a cancellation `days` before the first day."""
        steps = sorted(
            ((step.value["days"], step.value["percent"]) for step in self.refund_steps),
            reverse=True,
        )
        return next((percent for at_least, percent in steps if days >= at_least), 0)

    @property
    def missing_on_invoices(self):
        """The labels of what the law and a payer need on an invoice, and is not filled in yet."""
        names = ["street", "postcode", "city", "kvk_number", "vat_number", "iban"]
        if self.crkbo_registered:
            names.remove("vat_number")
        return [
            self._meta.get_field(name).verbose_name for name in names if not getattr(self, name)
        ]

    @property
    def vat_in_words(self):
        """What a price says of VAT: “including 21% VAT”, or that there is none."""
        if self.crkbo_registered:
            return _("exempt from VAT")
        percent = Decimal(f"{Decimal(self.vat_percent).normalize():f}")  # 21, not 21.0 or 2E+1
        return _("including %(percent)s%% VAT") % {"percent": formats.number_format(percent)}

    @property
    def office_address(self):
        """The e-mail address for notices to staff; never empty."""
        return self.office_email or self.email or parseaddr(settings.MAIL_FROM)[1]
