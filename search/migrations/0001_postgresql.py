from django.core.management import call_command
from django.db import migrations

CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION nl_site (COPY = dutch);
ALTER TEXT SEARCH CONFIGURATION nl_site
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, dutch_stem;
"""


def prepare(apps, schema_editor):
    """Dutch word forms, with or without accents, and near misses: PostgreSQL only."""
    if schema_editor.connection.vendor != "postgresql":
        return
    # In this order: the second builds on a function that the first makes.
    call_command("enable_unaccent", verbosity=0)
    call_command("enable_trigram", verbosity=0)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_ts_config WHERE cfgname = 'nl_site'")
        if cursor.fetchone() is None:
            cursor.execute(CONFIGURATION)


class Migration(migrations.Migration):
    dependencies = [("wagtailsearch", "0010_add_text_fields")]

    operations = [migrations.RunPython(prepare, migrations.RunPython.noop, elidable=False)]
