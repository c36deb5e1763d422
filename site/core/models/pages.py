from functools import partial

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageViewRestriction

from core import publishing, slugs
from core.fields import other_words_field
from core.kept import keep
from core.models.ageing import AGEING_FIELDS, Ageing, ageing_panel
from core.once import may_be_private


class BasePage(Ageing, Page):
    """The base of every page: a share image, and structured data for search engines."""

    share_image = models.ForeignKey(
        "core.SiteImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("image when shared"),
        help_text=_("Shown when somebody shares this page. Leave empty for the institute's mark."),
    )

    other_words = other_words_field()

    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug"),
                FieldPanel("seo_title"),
                FieldPanel("search_description"),
                FieldPanel("share_image"),
            ],
            heading=_("Search engines and sharing"),
        ),
        FieldPanel("other_words"),
    ]

    settings_panels = [*Page.settings_panels, ageing_panel()]
    override_translatable_fields = AGEING_FIELDS

    # True for a page whose text comes from the catalogues and whose facts come from its source
    # page: it then counts as translated in every language.
    is_mostly_facts = False

    class Meta:
        abstract = True

    def serve(self, request, *args, **kwargs):
        # A page without a view of its own is the same for everybody.
        keep(request)
        return super().serve(request, *args, **kwargs)

    def get_view_restrictions(self):
        # An empty queryset rather than a list: Wagtail filters it.
        restrictions = PageViewRestriction.objects.none()
        return super().get_view_restrictions() if may_be_private() else restrictions

    def clean(self):
        super().clean()
        slugs.refuse_taken(self.slug, self.get_parent())

    def minimal_clean(self):
        super().minimal_clean()
        slugs.refuse_taken(self.slug, self.get_parent())

    def can_move_to(self, parent):
        # Each language has its own tree.
        same_language = parent.is_root() or parent.locale_id == self.locale_id
        return same_language and super().can_move_to(parent)

    def publish(self, revision, user=None, changed=True, log_action=True, **given):
        """As Wagtail's, but all or nothing, and only what `core.publishing` lets through.

        Raises NotPublishedError.
        """
        publish = partial(super().publish, revision, user, changed, log_action, **given)
        return publishing.publish(self, revision, publish, user=user, log_action=log_action)

    def update_aliases(self, **given):
        # Wagtail also calls this for a page that is scheduled for later; its aliases would make its
        # text public at once.
        if self.live:
            super().update_aliases(**given)

    @cached_property
    def canonical_url(self):
        """The absolute address on SITE_URL, whatever host the request named.

        A page whose text is in another language gives the address of its source.
        """
        parts = (self.alias_of if self.foreign_language else self).get_url_parts()
        return settings.SITE_URL + parts[2] if parts and parts[2] else settings.SITE_URL

    @cached_property
    def foreign_language(self):
        """The language of the text if it is not the page's own (nobody translated it), else ""."""
        if self.alias_of_id is None or self.is_mostly_facts:
            return ""
        language = self.alias_of.locale.language_code
        return "" if language == self.locale.language_code else language

    @cached_property
    def structured_data(self):
        """JSON-LD objects (dicts without @context) that describe this page."""
        return []

    @cached_property
    def meta_description(self):
        return self.search_description or getattr(self, "introduction", "")
