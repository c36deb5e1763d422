"""Lists of people are sorted by a key of the name, alike on every database."""

from django.db import migrations, models

from core.alphabet import name_key

CHUNK = 1000


def sort_by_code_point(apps, schema_editor):
    """Else PostgreSQL sorts by the language of the server; SQLite always does it this way."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            'ALTER TABLE courses_signup ALTER COLUMN name_key TYPE varchar(400) COLLATE "C"'
        )


def fill_in(apps, schema_editor):
    sign_ups = apps.get_model("courses", "SignUp").objects.using(schema_editor.connection.alias)
    named = sign_ups.exclude(last_name="").only("first_name", "last_name", "name_key")
    for start in range(0, named.count(), CHUNK):
        rows = named.order_by("pk")[start : start + CHUNK]
        for row in rows:
            row.name_key = name_key(row.last_name, row.first_name)
        sign_ups.bulk_update(rows, ["name_key"])


class Migration(migrations.Migration):
    dependencies = [("core", "0005_folded"), ("courses", "0013_name_key")]

    operations = [
        migrations.RemoveIndex(model_name="signup", name="sign_up_by_name"),
        migrations.RunPython(sort_by_code_point, migrations.RunPython.noop),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="signup",
            index=models.Index(fields=["name_key", "id"], name="sign_up_by_name"),
        ),
    ]
