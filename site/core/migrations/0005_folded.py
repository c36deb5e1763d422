"""On PostgreSQL: the function with which names are compared without accents, see core.folding.

It depends on nothing but PostgreSQL itself, so what it says of a name never changes and an index
can hold it. Text without accents takes the short way, and the planner sees through the function.
Whoever changes it makes it under another name, with the indexes that use it.
"""

from django.db import migrations

CREATE = r"""
CREATE OR REPLACE FUNCTION folded(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
SELECT CASE WHEN octet_length($1) = length($1) THEN lower($1) ELSE
    replace(replace(replace(replace(translate(
        lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036F]', '', 'g')),
        'łøđðħŧıŋəς’‘ʼ‐–—', 'loddhtineσ''''''---'
    ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
END
$function$
"""


def create_function(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop_function(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION folded(text)")


class Migration(migrations.Migration):
    dependencies = [("core", "0004_office")]

    operations = [migrations.RunPython(create_function, drop_function)]
