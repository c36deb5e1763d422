"""Every link that staff put in an object of the CMS, in whatever kind of field."""

from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup
from django.db import models
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.models import COMMENTS_RELATION_NAME, Page


@dataclass(frozen=True)
class Found:
    """A link: to our page with id `page` (0 if that is not an id), else to the typed `url`."""

    text: str
    url: str = ""
    page: int | None = None


def links_of(instance) -> Iterator[Found]:
    for field in instance._meta.get_fields():
        if isinstance(field, RichTextField):
            yield from in_html(getattr(instance, field.attname) or "")
        elif isinstance(field, StreamField):
            yield from _in_block(getattr(instance, field.attname))
        elif isinstance(field, models.URLField):
            if url := getattr(instance, field.attname):
                yield Found(text=str(field.verbose_name), url=url)
        elif _leads_to_a_page(field) and (pk := getattr(instance, field.attname)):
            yield Found(text=str(field.verbose_name), page=pk)
    yield from _in_children(instance)


def in_html(html) -> Iterator[Found]:
    """The links of rich text in the form in which the database holds it."""
    if "<a" not in html:
        return
    for tag in BeautifulSoup(html, "html.parser").find_all("a"):
        text = " ".join(tag.get_text().split())[:200]
        kind, pk = tag.get("linktype"), tag.get("id", "")
        if kind == "page":
            yield Found(text=text, page=int(pk) if pk.isdecimal() else 0)
        elif kind is None:
            yield Found(text=text, url=tag.get("href", "").strip())


def _leads_to_a_page(field):
    return (
        isinstance(field, models.ForeignKey)
        and field.editable
        and not getattr(field.remote_field, "parent_link", False)
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, Page)
        and field.name not in ("alias_of", "page")  # its source, and the page it is a child of
    )


def _in_children(instance):
    if not isinstance(instance, ClusterableModel):
        return
    for relation in get_all_child_relations(type(instance)):
        if relation.name != COMMENTS_RELATION_NAME and _may_hold_links(relation.related_model):
            for child in getattr(instance, relation.get_accessor_name()).all():
                yield from links_of(child)


def _may_hold_links(model):
    kinds = (RichTextField, StreamField, models.URLField)
    fields = model._meta.get_fields()
    return any(isinstance(field, kinds) or _leads_to_a_page(field) for field in fields)


def _in_block(value):
    if isinstance(value, blocks.StreamValue):
        for child in value:
            yield from _in_value(child.block, child.value)


def _in_value(block, value):
    if not value:
        return
    if isinstance(block, blocks.RichTextBlock):
        yield from in_html(value.source)
    elif isinstance(block, blocks.URLBlock):
        yield Found(text=str(block.label), url=value)
    elif isinstance(block, blocks.PageChooserBlock):
        yield Found(text=str(block.label), page=value.pk)
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            yield from _in_value(child, value.get(name))
    elif isinstance(block, blocks.ListBlock):
        for child in value:
            yield from _in_value(block.child_block, child)
    elif isinstance(block, blocks.BaseStreamBlock):
        yield from _in_block(value)
