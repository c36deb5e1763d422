from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.fields import RichTextField
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from core import richtext
from core.blocks import BodyBlock
from core.fields import StreamField
from core.models import BasePage
from courses.models.page_rights import AboveDatesPermissionTester
from courses.values.money import CentsField

SEATS_LIMIT = MaxValueValidator(500)


class RoleBlock(blocks.StructBlock):
    role = blocks.CharBlock(label=_("role"), max_length=80)
    questions = blocks.RichTextBlock(label=_("questions it answers"), features=richtext.SHORT)
    people = blocks.ListBlock(
        blocks.PageChooserBlock(label=_("person"), page_type="people.PersonPage"),
        label=_("people"),
        default=[],
    )

    class Meta:
        icon = "user"
        label = _("role")


class CoursePlace(TranslatableMixin, Orderable):
    """How to reach a town where courses are, where to park and where to stay the night."""

    page = ParentalKey(
        "courses.CourseIndexPage", on_delete=models.CASCADE, related_name="course_places"
    )
    town = models.CharField(
        _("town"), max_length=80, help_text=_("Written as in the dates of the course.")
    )
    public_transport = models.TextField(_("by public transport"), blank=True)
    parking = models.TextField(_("by car and parking"), blank=True)
    overnight = models.TextField(_("staying the night"), blank=True)

    panels = [
        FieldPanel("town"),
        FieldPanel("public_transport"),
        FieldPanel("parking"),
        FieldPanel("overnight"),
    ]
    override_translatable_fields = [SynchronizedField("town", overridable=False)]
    FACTS = ("public_transport", "parking", "overnight")

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self):
        return self.town


class CourseIndexPage(RoutablePageMixin, BasePage):
    """All coming dates of all courses, with filters; past dates in the archive."""

    introduction = models.TextField(_("introduction"), blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text below the dates"))

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
        InlinePanel(
            "course_places",
            heading=_("Places: getting there, parking, staying the night"),
            label=_("place"),
            help_text=_("Shown with every date in that town. What you leave empty is not shown."),
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.CoursePage"]
    page_description = _("Lists all coming course dates")

    class Meta:
        verbose_name = _("course overview")
        verbose_name_plural = _("course overviews")

    def permissions_for_user(self, user):
        return AboveDatesPermissionTester(user, self)

    def get_sitemap_urls(self, request=None):
        return [
            *super().get_sitemap_urls(request),
            {"location": self.get_full_url(request) + self.reverse_subpage("archive")},
        ]


class DayMoment(TranslatableMixin, Orderable):
    """One line of a course day from hour to hour."""

    page = ParentalKey("courses.CoursePage", on_delete=models.CASCADE, related_name="day_moments")
    at = models.TimeField(_("time"))
    what = models.CharField(_("what happens"), max_length=160)

    panels = [FieldRowPanel([FieldPanel("at"), FieldPanel("what")])]
    override_translatable_fields = [SynchronizedField("at", overridable=False)]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("line of the day")
        verbose_name_plural = _("lines of the day")

    def __str__(self):
        return self.what


class CoursePage(RoutablePageMixin, BasePage):
    """A course. Its dates inherit price, seats and audience unless they have their own."""

    introduction = models.TextField(_("introduction"), blank=True)
    in_a_sentence = models.CharField(
        _("in a sentence"),
        max_length=120,
        blank=True,
        db_default="",
        help_text=_(
            "As in “Your sign-up for …”: with an article and a small letter, without the town. For"
            " example “the three-day running therapy course”. Empty: mails say “the course” and"
            " the title."
        ),
    )
    audience = models.CharField(_("for whom"), max_length=200)
    price_cents = CentsField(
        _("price per person"), help_text=_("In euros, for example 1.195,00. Dates may differ.")
    )
    alumni_price_cents = CentsField(
        _("price of the return day for alumni"),
        null=True,
        blank=True,
        help_text=_("Empty: the office tells the price after checking the certificate."),
    )
    buyer_may_pay = models.BooleanField(
        _("an employer may pay"),
        default=False,
        help_text=_(
            "Everybody can then forward a link with which the employer pays, also by invoice."
            " Otherwise you allow it person by person."
        ),
    )
    minimum = models.PositiveSmallIntegerField(
        _("minimum number of participants"),
        default=12,
        validators=[MinValueValidator(1)],
        help_text=_("With fewer you decide, on the decision day, whether a date goes ahead."),
    )
    capacity = models.PositiveSmallIntegerField(
        _("maximum number of participants"),
        default=24,
        validators=[MinValueValidator(1), SEATS_LIMIT],
        help_text=_("When so many have signed up, the site says that a date is full."),
    )
    included = RichTextField(_("what is included"), blank=True, features=richtext.SHORT)
    included_in_short = models.CharField(
        _("what is included, in a few words"),
        max_length=120,
        blank=True,
        db_default="",
        help_text=_("Stands behind the price, for example “books, lunch, coffee and tea”."),
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("about the course"))
    certificate_version = models.CharField(
        _("version, on the certificate"),
        max_length=160,
        blank=True,
        db_default="",
        help_text=_(
            "For example “three-day course, as taught since 2014”. It stands on certificates"
            " from now on; earlier ones stay as they are."
        ),
    )
    admission = RichTextField(_("who can take part"), blank=True, features=richtext.SHORT)
    team_heading = models.CharField(_("heading"), max_length=120, blank=True)
    team_intro = RichTextField(_("introduction"), blank=True, features=richtext.SHORT)
    team = StreamField([("role", RoleBlock())], blank=True, verbose_name=_("roles"))
    return_day = RichTextField(_("the return day"), blank=True, features=[*richtext.SHORT, "h3"])
    return_day_alumni = RichTextField(
        _("the return day for alumni"), blank=True, features=[*richtext.SHORT, "h3"]
    )
    assessment = RichTextField(_("assessment"), blank=True, features=[*richtext.SHORT, "h3"])

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("in_a_sentence"),
        FieldPanel("introduction"),
        MultiFieldPanel(
            [
                FieldPanel("audience"),
                FieldRowPanel([FieldPanel("price_cents"), FieldPanel("alumni_price_cents")]),
                FieldPanel("buyer_may_pay"),
                FieldRowPanel([FieldPanel("minimum"), FieldPanel("capacity")]),
                FieldPanel("included_in_short"),
                FieldPanel("included"),
            ],
            heading=_("What every date inherits"),
        ),
        FieldPanel("body"),
        InlinePanel(
            "day_moments",
            heading=_("A course day from hour to hour"),
            label=_("line"),
            help_text=_("Not shown as long as there is no line."),
        ),
        FieldPanel("admission"),
        MultiFieldPanel(
            [FieldPanel("team_heading"), FieldPanel("team_intro"), FieldPanel("team")],
            heading=_("Teaching team"),
        ),
        FieldPanel("return_day"),
        FieldPanel("return_day_alumni"),
        FieldPanel("assessment"),
        FieldPanel("certificate_version"),
    ]
    search_fields = [
        *BasePage.search_fields,
        *[
            index.SearchField(name)
            for name in (
                "introduction",
                "audience",
                "body",
                "included",
                "admission",
                "team",
                "return_day",
                "return_day_alumni",
                "assessment",
            )
        ],
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        *[
            SynchronizedField(name, overridable=False)
            for name in ("price_cents", "alumni_price_cents", "minimum", "capacity")
        ],
    ]
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = ["courses.CourseEventPage", "courses.SignUpPage"]
    page_description = _("What a course is, for whom, by whom and what it costs")

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def permissions_for_user(self, user):
        return AboveDatesPermissionTester(user, self)
