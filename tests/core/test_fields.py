from django.apps import apps
from django.db.migrations.writer import MigrationWriter
from wagtail.fields import StreamField as WagtailStreamField

from core.blocks import BodyBlock
from core.fields import StreamField


def test_blocks_stay_out_of_migrations():
    field = StreamField(BodyBlock(), blank=True, verbose_name="tekst")

    written, _imports = MigrationWriter.serialize(field)

    assert written == "core.fields.StreamField(blank=True, verbose_name='tekst')"


def test_a_field_from_a_migration_can_be_rebuilt():
    _name, path, args, kwargs = StreamField(BodyBlock(), blank=True).deconstruct()

    assert (path, args, kwargs) == ("core.fields.StreamField", [], {"blank": True})
    assert StreamField(*args, **kwargs).stream_block.child_blocks == {}


def test_every_stream_field_of_ours_is_of_this_class():
    ours = {"core", "mail", "people", "faq", "courses", "home", "search"}
    others = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in ours
        for field in model._meta.get_fields()
        if isinstance(field, WagtailStreamField) and not isinstance(field, StreamField)
    ]

    assert others == []
