from django.db import models
from django.db.models import Prefetch
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail.fields import RichTextField
from wagtail.models import TranslatableMixin
from wagtail.rich_text import expand_db_html
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from core import richtext
from core.blocks import BodyBlock
from core.fields import StreamField, other_words_field
from core.models import AGEING_FIELDS, Ageing, BasePage, Drafted, ageing_panel

ANCHOR_LENGTH = 60
STEPS = ("admission", "payment", "full", "mail")  # of a sign-up, beside which questions can stand


class FaqTopic(TranslatableMixin, models.Model):
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("anchor"), max_length=ANCHOR_LENGTH, help_text=_("Links to this topic end with this.")
    )
    sort_order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("The lowest number comes first.")
    )

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("sort_order")]
    override_translatable_fields = [SynchronizedField("slug")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["sort_order", "name"]

    def __str__(self):
        return self.name


class FaqQuestion(Ageing, Drafted, TranslatableMixin, index.Indexed, models.Model):
    topic = models.ForeignKey(
        FaqTopic, on_delete=models.PROTECT, related_name="questions", verbose_name=_("topic")
    )
    question = models.CharField(_("question"), max_length=255)
    answer = RichTextField(_("answer"), features=richtext.SHORT)
    anchor = models.SlugField(
        _("anchor"),
        max_length=ANCHOR_LENGTH,
        blank=True,
        help_text=_("Made once; links to this question end with it, also after rewording."),
    )
    sort_order = models.PositiveSmallIntegerField(
        _("order within the topic"), default=0, help_text=_("The lowest number comes first.")
    )
    other_words = other_words_field()
    highlight = models.BooleanField(
        _("show on the home page"),
        default=False,
        help_text=_("For the few questions that nearly everybody has."),
    )
    at_admission = models.BooleanField(
        _("beside the question about education on the form"), default=False, db_default=False
    )
    at_payment = models.BooleanField(
        _("where somebody is about to pay"), default=False, db_default=False
    )
    at_full = models.BooleanField(
        _("where a date is full or closed"), default=False, db_default=False
    )
    at_mail = models.BooleanField(
        _("where somebody waits for a mail"), default=False, db_default=False
    )

    panels = [
        FieldPanel("question"),
        FieldPanel("answer"),
        FieldPanel("other_words"),
        FieldPanel("topic"),
        FieldPanel("sort_order"),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("highlight", *(f"at_{step}" for step in STEPS))],
            heading=_("Where else it is shown"),
        ),
        FieldPanel("anchor"),
        ageing_panel(),
        PublishingPanel(),
    ]
    override_translatable_fields = [
        SynchronizedField("anchor"),
        *[SynchronizedField(f"at_{step}") for step in STEPS],
        *AGEING_FIELDS,
    ]
    search_fields = [
        index.SearchField("question", boost=2),
        index.AutocompleteField("question"),
        index.SearchField("answer"),
        index.FilterField("locale_id"),
        index.FilterField("topic_id"),
        index.FilterField("live"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["topic__sort_order", "sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["locale", "anchor"],
                name="unique_question_anchor",
                violation_error_message=_("Another question has this anchor already."),
            )
        ]

    def __str__(self):
        return self.question

    def get_preview_template(self, request, mode_name):
        return "faq/question_preview.html"

    def clean(self):
        super().clean()
        self._fill_anchor()

    def save(self, *args, **kwargs):
        self._fill_anchor()
        super().save(*args, **kwargs)

    def _fill_anchor(self):
        if self.anchor:
            return
        base = slugify(self.question)[: ANCHOR_LENGTH - 4].strip("-") or "vraag"
        taken = set(
            FaqQuestion.objects.filter(locale_id=self.locale_id, anchor__startswith=base)
            .exclude(pk=self.pk)
            .values_list("anchor", flat=True)
        )
        self.anchor, number = base, 2
        while self.anchor in taken:
            self.anchor, number = f"{base}-{number}", number + 1


class FaqPage(BasePage):
    introduction = models.TextField(_("introduction"), blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text below the questions"))

    content_panels = [*BasePage.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = []
    page_description = _("All questions and answers, by topic")

    class Meta:
        verbose_name = _("FAQ page")
        verbose_name_plural = _("FAQ pages")

    @cached_property
    def topics(self):
        """The topics with questions in this page's language; `shown_questions` holds those."""
        questions = FaqQuestion.shown.filter(locale_id=self.locale_id)
        topics = FaqTopic.objects.filter(locale_id=self.locale_id).prefetch_related(
            Prefetch("questions", queryset=questions, to_attr="shown_questions")
        )
        return [topic for topic in topics if topic.shown_questions]

    @cached_property
    def structured_data(self):
        return [
            {
                "@type": "FAQPage",
                "url": self.canonical_url,
                "mainEntity": [
                    {
                        "@type": "Question",
                        "name": question.question,
                        "url": f"{self.canonical_url}#{question.anchor}",
                        "acceptedAnswer": {
                            "@type": "Answer",
                            "text": strip_tags(expand_db_html(question.answer)),
                        },
                    }
                    for topic in self.topics
                    for question in topic.shown_questions
                ],
            }
        ]
