import uuid
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Locale, Orderable
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from core.models import BasePage
from courses.models import codes
from courses.models.course_pages import SEATS_LIMIT
from courses.models.page_rights import DatePermissionTester
from courses.values.money import CentsField
from courses.values.part_names import NamedPart

LISTED_AFTER = timedelta(days=365)  # after the last day; then a date leaves the sitemap


class CourseEventPage(RoutablePageMixin, BasePage):
    """One run of a course. Staff write its facts here; its participants are on the roster.

    The facts are those of the source-language page: read them through `courses.reading.events`.
    """

    code = models.CharField(
        _("code"),
        max_length=20,
        blank=True,
        editable=False,
        help_text=_("Made from the first day."),
    )
    introduction = models.TextField(
        _("introduction"), blank=True, help_text=_("What is special about this date, if anything.")
    )
    first_day = models.DateField(_("first day"), null=True, editable=False, db_index=True)
    last_day = models.DateField(_("last day"), null=True, editable=False, db_index=True)
    price_cents = CentsField(
        _("price per person"), null=True, blank=True, help_text=_("Empty: as the course.")
    )
    minimum = models.PositiveSmallIntegerField(
        _("minimum number of participants"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as the course."),
    )
    capacity = models.PositiveSmallIntegerField(
        _("maximum number of participants"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), SEATS_LIMIT],
        help_text=_("Empty: as the course."),
    )
    audience = models.CharField(
        _("for whom"), max_length=200, blank=True, help_text=_("Empty: as the course.")
    )
    brochure = models.ForeignKey(
        "wagtaildocs.Document",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("brochure"),
        help_text=_("Empty: the site makes one from this page, always with the latest facts."),
    )
    sign_up_opens = models.DateTimeField(
        _("sign-up opens"), null=True, blank=True, help_text=_("Empty: at once.")
    )
    sign_up_closes = models.DateTimeField(
        _("sign-up closes"),
        null=True,
        blank=True,
        help_text=_("Empty: at the start of the first day."),
    )

    decision_day = models.DateField(
        _("decision day"),
        null=True,
        blank=True,
        help_text=_(
            "On this day the start page asks you whether the date goes ahead. Nothing happens by"
            " itself. Empty: as many days before the first day as the settings of the institute"
            " say."
        ),
    )

    is_mostly_facts = True
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("code"),
        index.AutocompleteField("code"),
        index.SearchField("introduction"),
        index.RelatedFields("parts", [index.SearchField("place"), index.SearchField("venue")]),
        index.FilterField("first_day"),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        *[
            SynchronizedField(name, overridable=False)
            for name in (
                "slug",
                "code",
                "first_day",
                "last_day",
                "price_cents",
                "minimum",
                "capacity",
                "brochure",
                "sign_up_opens",
                "sign_up_closes",
                "decision_day",
                "parts",
            )
        ],
    ]
    # These belong to one date only, and a copy is another date.
    exclude_fields_in_copy = [
        "code",
        "brochure",
        "sign_up_opens",
        "sign_up_closes",
        "decision_day",
    ]
    parent_page_types = ["courses.CoursePage"]
    subpage_types = []
    page_description = _("One date of a course: days, places, price and places free")

    class Meta:
        verbose_name = _("course date")
        verbose_name_plural = _("course dates")

    def get_sitemap_urls(self, request=None):
        is_long_over = self.last_day and self.last_day < timezone.localdate() - LISTED_AFTER
        return [] if is_long_over else super().get_sitemap_urls(request)

    def permissions_for_user(self, user):
        return DatePermissionTester(user, self)

    def get_admin_display_title(self):
        """Dates of one course have much the same title; the code tells them apart."""
        title = super().get_admin_display_title()
        return f"{title} ({self.code})" if self.code else title

    def with_content_json(self, content):
        """As Wagtail's. A version may name rows of parts that were since made anew: keys last."""
        rows = dict(CourseEventPart.objects.filter(page=self.pk).values_list("key", "pk"))
        parts = [
            part | {"pk": rows.get(uuid.UUID(part["key"]))} for part in content.get("parts", [])
        ]
        return super().with_content_json(content | {"parts": parts})

    def save(self, clean=True, **kwargs):
        if self._state.adding:
            if self.alias_of and self.alias_of.translation_key != self.translation_key:
                raise ValidationError(_("A date has no alias: nobody could sign up for it."))
            if not clean:  # Wagtail copies what is below a page without cleaning it
                self._derive_from_parts()
        super().save(clean=clean, **kwargs)

    def full_clean(self, *args, **kwargs):
        self._derive_from_parts()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self):
        self._derive_from_parts()
        super().minimal_clean()

    def clean(self):
        super().clean()
        if self.sign_up_opens and self.sign_up_closes and self.sign_up_opens >= self.sign_up_closes:
            raise ValidationError({"sign_up_closes": _("Sign-up must close after it has opened.")})

    def _derive_from_parts(self):
        """Set first and last day and, until the page is first published, code and slug."""
        if self.locale_id and self.locale_id != Locale.get_default().pk:
            return  # a translation keeps what it got from its source
        days = [day for part in self.parts.all() for day in (part.first_day, part.last_day) if day]
        self.first_day, self.last_day = min(days, default=None), max(days, default=None)
        if self.first_day and (not self.code or self.first_published_at is None):
            self.code = codes.event_code(self.first_day, page=self)
            self.slug = self.code.lower()

    @property
    def brochure_url(self):
        """The URL of the brochure that is made from this page; staff may upload another one."""
        return self.url + self.reverse_subpage("brochure")


class CourseEventPart(NamedPart, Orderable):
    """Days that belong together in one place.

    The CMS may re-create the row at any time. `key` lasts, so seats are claimed on that.
    """

    page = ParentalKey(CourseEventPage, on_delete=models.CASCADE, related_name="parts")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    label = models.CharField(
        _("name"),
        max_length=80,
        blank=True,
        help_text=_(
            "Empty: “course days”, or “return day” where alumni may join, in every language. What"
            " you write here is shown as it is in all languages."
        ),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), blank=True, help_text=_("Empty: one day only."))
    starts_at = models.TimeField(
        _("starts at"),
        null=True,
        blank=True,
        help_text=_("Without times, people have whole days in their calendar."),
    )
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    place = models.CharField(
        _("town"), max_length=80, blank=True, help_text=_("Empty: the town follows.")
    )
    venue = models.CharField(
        _("venue"), max_length=120, blank=True, help_text=_("Empty: the venue follows.")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    open_to_alumni = models.BooleanField(
        _("open to alumni"),
        default=False,
        help_text=_("Former participants may join this part only."),
    )

    panels = [
        FieldPanel("label"),
        FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldRowPanel([FieldPanel("place"), FieldPanel("venue")]),
        FieldPanel("address"),
        FieldPanel("open_to_alumni"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("part")
        verbose_name_plural = _("parts")

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if self.last_day and self.first_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day comes before the first.")})
        if self.first_day and not self.last_day:
            self.last_day = self.first_day
        if self.starts_at and not self.ends_at:
            raise ValidationError({"ends_at": _("Fill in when it ends: calendars need it.")})
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            raise ValidationError({"ends_at": _("The end must come after the start.")})
