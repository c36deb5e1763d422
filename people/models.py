from django.db import models
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.search import index

from core import richtext
from core.alphabet import name_key
from core.blocks import BodyBlock
from core.fields import StreamField
from core.models import BasePage
from core.structured_data import absolute, organization_reference


class LinkBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("text"), max_length=80)
    url = blocks.URLBlock(label=_("address"))

    class Meta:
        icon = "link-external"
        label = _("link")


class PeopleIndexPage(BasePage):
    introduction = models.TextField(_("introduction"), blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels = [*BasePage.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["people.PersonPage"]
    page_description = _("Lists the people behind the course")

    class Meta:
        verbose_name = _("people overview")
        verbose_name_plural = _("people overviews")

    @cached_property
    def people(self):
        people = PersonPage.objects.child_of(self).live().public().select_related("portrait")
        return sorted(people, key=lambda person: name_key(person.sort_name))


class PersonPage(BasePage):
    """One person. The title is the full name, first name first."""

    sort_name = models.CharField(
        _("sorted under"),
        max_length=120,
        blank=True,
        help_text=_("Last name first: “Woerkom, Simon van”. Empty: the last word of the name."),
    )
    profession = models.CharField(_("profession"), max_length=120)
    course_role = models.CharField(
        _("role in the course"), max_length=160, blank=True, help_text=_("For example: teacher.")
    )
    portrait = models.ForeignKey(
        "core.SiteImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("portrait"),
        help_text=_("Without a portrait the initials are drawn."),
    )
    introduction = models.TextField(_("introduction"), blank=True)
    biography = RichTextField(_("biography"), features=richtext.FULL)
    links = StreamField([("link", LinkBlock())], blank=True, verbose_name=_("links"))

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("sort_name"),
        MultiFieldPanel(
            [FieldPanel("profession"), FieldPanel("course_role"), FieldPanel("portrait")],
            heading=_("At a glance"),
        ),
        FieldPanel("introduction"),
        FieldPanel("biography"),
        FieldPanel("links"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("profession"),
        index.SearchField("course_role"),
        index.SearchField("introduction"),
        index.SearchField("biography"),
    ]
    parent_page_types = ["people.PeopleIndexPage"]
    subpage_types = []
    page_description = _("Somebody who teaches or works here")

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_name"]

    def clean(self):
        super().clean()
        if not self.sort_name and self.title:
            first, _space, last = self.title.rpartition(" ")
            self.sort_name = f"{last}, {first}" if first else last

    @property
    def initials(self):
        words = [word for word in self.title.split() if word[:1].isupper()]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))

    @cached_property
    def structured_data(self):
        portrait = {"image": absolute(self.portrait, "portrait")} if self.portrait else {}
        return [
            {
                "@type": "Person",
                "name": self.title,
                "jobTitle": self.profession,
                "description": self.introduction or strip_tags(self.biography)[:200],
                "url": self.canonical_url,
                "affiliation": [
                    {
                        "@type": "Organization",
                        "name": block.value["label"],
                        "url": block.value["url"],
                    }
                    for block in self.links
                ],
                "worksFor": organization_reference(),
            }
            | portrait
        ]
