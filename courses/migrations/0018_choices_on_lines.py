"""Choices stand one a line.

Choices on one line were split at commas. They get lines in the questions, in the versions of the
pages and in what was translated, so that people go on seeing the same choices.
"""

import json
import uuid

from django.db import migrations

STRINGS = uuid.UUID("59ed7d1c-7eb5-45fa-9c8b-7a7057ed56d7")  # wagtail_localize.models.String
WITH_SEVERAL_DEFAULTS = ("checkboxes", "multiselect")


def on_lines(text):
    if len(text.strip().splitlines()) > 1:
        return text
    return "\n".join(filter(None, (part.strip() for part in text.split(","))))


def change(question):
    """Put the choices of {field: value} on lines. Returns whether anything changed."""
    names = ["choices"]
    if question.get("field_type") in WITH_SEVERAL_DEFAULTS:
        names.append("default_value")
    changes = {name: on_lines(question.get(name) or "") for name in names}
    changed = {name: new for name, new in changes.items() if new != (question.get(name) or "")}
    question.update(changed)
    return bool(changed)


def change_page(page):
    changed = [change(question) for question in page.get("questions", ())]
    return any(changed)


def put_choices_on_lines(apps, schema_editor):
    using = schema_editor.connection.alias

    def rows(app, model):
        return apps.get_model(app, model).objects.using(using)

    for question in rows("courses", "SignUpQuestion"):
        facts = {
            "field_type": question.field_type,
            "choices": question.choices,
            "default_value": question.default_value,
        }
        if change(facts):
            question.choices, question.default_value = facts["choices"], facts["default_value"]
            question.save(update_fields=["choices", "default_value"])
    kind = rows("contenttypes", "ContentType").filter(app_label="courses", model="signuppage")
    for revision in rows("wagtailcore", "Revision").filter(content_type__in=kind):
        if change_page(revision.content):
            revision.save(update_fields=["content"])
    for source in rows("wagtail_localize", "TranslationSource").filter(
        specific_content_type__in=kind
    ):
        page = json.loads(source.content_json)
        if change_page(page):
            source.content_json = json.dumps(page)
            source.save(update_fields=["content_json"])
    put_translations_on_lines(rows)


def put_translations_on_lines(rows):
    strings = rows("wagtail_localize", "String")
    segments = rows("wagtail_localize", "StringSegment").select_related("string", "context")
    for segment in segments.filter(context__path__startswith="questions."):
        old = segment.string
        data = on_lines(old.data)
        if not segment.context.path.endswith(".choices") or data == old.data:
            continue
        segment.string, _made = strings.get_or_create(
            locale_id=old.locale_id, data_hash=uuid.uuid5(STRINGS, data), defaults={"data": data}
        )
        segment.save(update_fields=["string"])
        translations = rows("wagtail_localize", "StringTranslation")
        for translation in translations.filter(translation_of=old, context=segment.context):
            translation.translation_of = segment.string
            translation.data = on_lines(translation.data)
            translation.save(update_fields=["translation_of", "data"])


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0017_words_about_choices"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
    ]

    operations = [migrations.RunPython(put_choices_on_lines, migrations.RunPython.noop)]
