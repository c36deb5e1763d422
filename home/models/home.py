from itertools import takewhile

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import RichTextField
from wagtail.models import Locale, Page
from wagtail.search import index
from wagtail.snippets.blocks import SnippetChooserBlock

from core import richtext
from core.drafts import forget_draft
from core.fields import StreamField
from core.models import BasePage
from core.once import cached
from core.structured_data import organization, website
from core.translations import translations_of
from courses.models.page_rights import AboveDatesPermissionTester
from courses.reading import events
from faq.models import FaqQuestion
from home.blocks import ContentBlock
from home.models.content import PICTURE_HELP
from home.models.testimonials import Testimonial
from people.models import PersonPage

COMING_DATES = 3
MOST_LEVELS = 10  # of an address; the rest is left to the page that is found


def heading_field(label):
    return models.CharField(label, max_length=120, blank=True)


class HomePage(BasePage):
    hero_heading = models.CharField(_("heading"), max_length=120)
    hero_text = models.TextField(_("text"))
    hero_link_text = models.CharField(_("text of the button"), max_length=60, blank=True)
    hero_page = models.ForeignKey(
        "wagtailcore.Page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("page of the button"),
    )
    hero_picture = models.ForeignKey(
        "core.SiteImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("picture in the opening"),
        help_text=PICTURE_HELP,
    )
    therapy_heading = heading_field(_("heading"))
    therapy_page = models.ForeignKey(
        "home.TherapyPage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("therapy page"),
        help_text=_("Its summary is shown here."),
    )
    dates_heading = heading_field(_("heading above the dates"))
    team_heading = heading_field(_("heading"))
    team_text = RichTextField(_("text"), blank=True, features=richtext.SHORT)
    testimonials_heading = heading_field(_("heading"))
    testimonials = StreamField(
        [("testimonial", SnippetChooserBlock("home.Testimonial", label=_("quotation")))],
        blank=True,
        verbose_name=_("quotations"),
    )
    faq_heading = heading_field(_("heading above the questions"))
    finder_heading = heading_field(_("heading"))
    finder_text = RichTextField(
        _("text"),
        blank=True,
        features=richtext.LINE,
        help_text=_("For visitors who look for a therapist rather than a course."),
    )
    body = StreamField(ContentBlock(), blank=True, verbose_name=_("more text"))

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("hero_heading"),
                FieldPanel("hero_text"),
                FieldPanel("hero_link_text"),
                PageChooserPanel("hero_page"),
                FieldPanel("hero_picture"),
            ],
            heading=_("Opening"),
        ),
        MultiFieldPanel(
            [FieldPanel("therapy_heading"), PageChooserPanel("therapy_page")],
            heading=_("Running therapy in short"),
        ),
        FieldPanel("dates_heading"),
        MultiFieldPanel([FieldPanel("team_heading"), FieldPanel("team_text")], heading=_("People")),
        MultiFieldPanel(
            [FieldPanel("testimonials_heading"), FieldPanel("testimonials")],
            heading=_("Quotations"),
        ),
        FieldPanel("faq_heading"),
        MultiFieldPanel(
            [FieldPanel("finder_heading"), FieldPanel("finder_text")],
            heading=_("Looking for a therapist"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("hero_heading"),
        index.SearchField("hero_text"),
        index.SearchField("body"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = 2  # one per language
    page_description = _("The first page of the site")

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def permissions_for_user(self, user):
        return AboveDatesPermissionTester(user, self)

    def route(self, request, path_components):
        """As Wagtail's own, but in two queries however deep the page is."""
        self._remember_locale(self)
        slugs = path_components[:MOST_LEVELS]
        paths = [f"{self.url_path}{'/'.join(slugs[: n + 1])}/" for n in range(len(slugs))]
        below = Page.objects.descendant_of(self).filter(url_path__in=paths)
        found = {page.url_path: page for page in below}
        trail = [found[path] for path in takewhile(found.__contains__, paths)]
        if not trail:
            return forget_draft(super().route(request, path_components))
        page = trail[-1].specific
        self._remember_locale(page)
        page.pages_above = [self, *trail[:-1]]
        page._cached_parent_obj = page.pages_above[-1]  # where treebeard's get_parent looks first
        return forget_draft(page.route(request, path_components[len(trail) :]))

    def _remember_locale(self, page):
        active = Locale.get_active()
        if page.locale_id == active.pk:
            page.locale = active

    @cached_property
    def therapy(self):
        return self._localized(self.therapy_page_id, "therapy_page")

    @cached_property
    def hero_target(self):
        return self._localized(self.hero_page_id, "hero_page")

    def _localized(self, pk, name):
        key = f"home links to {pk} in {get_language()} as {name}"
        return cached(key, lambda: getattr(self, name).localized) if pk else None

    @cached_property
    def original_quotations(self):
        """The page with the quotations in the original language, if these are translations."""
        if self.foreign_language:
            return None
        return next(
            (
                row
                for row in translations_of(self)
                if row.language == settings.LANGUAGE_CODE and row.pk != self.pk
            ),
            None,
        )

    @cached_property
    def quotations(self):
        """The chosen quotations that are published, in order."""
        chosen = [block["value"] for block in self.testimonials.raw_data]  # in one query, not two
        found = Testimonial.shown.in_bulk([pk for pk in chosen if pk])
        return [found[pk] for pk in chosen if pk in found]

    @cached_property
    def coming_events(self):
        return events.to_join(locale=self.locale, most=COMING_DATES)

    @cached_property
    def people(self):
        found = PersonPage.objects.live().public().filter(locale=self.locale)
        found = found.select_related("portrait")
        return cached(f"people in {self.locale_id}", lambda: list(found))

    @cached_property
    def questions(self):
        found = FaqQuestion.shown.filter(locale=self.locale, highlight=True)
        return cached(f"highlighted questions in {self.locale_id}", lambda: list(found))

    @cached_property
    def structured_data(self):
        return [organization(), website()]
