from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import models
from modelcluster.models import get_all_child_relations
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.models import Page

from home.first_content import files
from home.first_content.references import Missing


def load_pages(home, home_is_new, locale, ledger, references):
    """Create the pages that were never created, then publish them, as they link to each other."""
    made = []
    for file in files.page_files(locale.language_code):
        if file.path == "/":
            if home_is_new:
                made.append((file, home))
        elif not ledger.knows("page", file.path):
            page = _add(file, locale, references)
            if page is not None:
                made.append((file, page))
            ledger.add("page", file.path)
    for file, page in made:
        # Read it again: the instance in memory does not know the children that were added since.
        _publish(file.model.objects.get(pk=page.pk), file, references)


def _add(file, locale, references):
    """A draft below its parent; None if the page exists already, or its parent no longer does."""
    try:
        references.page(file.path)
    except Missing:
        pass
    else:
        return None
    try:
        parent = Page.objects.get(pk=references.page(file.parent_path))
    except Missing:
        return None
    page = file.model(slug=file.slug, locale=locale, live=False, **file.values)
    page.draft_title = page.title
    _set_fields(page, file, references)
    parent.add_child(instance=page)
    references.add_page(page)
    return page


def _publish(page, file, references):
    try:
        _set_fields(page, file, references)
        _set_children(page, file)
        clean_streams(page)
        page.save_revision().publish()
    except ValidationError as error:
        raise CommandError(f"{file.path}: {error}") from error


def _set_fields(page, file, references):
    for name in file.fields.keys() - _children_of(file.model):
        assign(page, name, file.fields[name], references)


def assign(instance, name, raw, references):
    """Set a field of a page or snippet to the raw value from a content file."""
    field = instance._meta.get_field(name)
    try:
        value = references.fill(raw)
    except Missing:
        value = None
    if isinstance(field, StreamField):
        setattr(instance, name, StreamValue(field.stream_block, value, is_lazy=True))
    elif isinstance(field, models.ForeignKey):
        setattr(instance, field.attname, value)
    else:
        setattr(instance, name, value)


def clean_streams(instance):
    """Validate the blocks of all fields as the CMS would; this also fills in their anchors."""
    for field in instance._meta.get_fields():
        if isinstance(field, StreamField):
            value = getattr(instance, field.name)
            setattr(instance, field.name, field.stream_block.clean(value))


def _children_of(model):
    return {relation.get_accessor_name() for relation in get_all_child_relations(model)}


def _set_children(page, file):
    for relation in get_all_child_relations(file.model):
        name = relation.get_accessor_name()
        model = relation.related_model
        common = {"locale": page.locale} if hasattr(model, "locale") else {}
        if name in file.fields:
            rows = [
                model(sort_order=number, **row, **common)
                for number, row in enumerate(file.fields[name])
            ]
            setattr(page, name, rows)
