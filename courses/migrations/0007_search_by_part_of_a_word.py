"""On PostgreSQL: find part of a name among many sign-ups without reading them all.

The index holds names as core.folding compares them: without accents, in small letters. It needs the
extension pg_trgm, which the owner of a database may create. Where that is refused the search works
as well and takes longer with many sign-ups.

Each sign-up is written into the index at once. Else the last few thousand rows wait in a list that
every search has to read, and the planner reads the whole table instead. Sign-ups come one at a time:
the extra milliseconds are never noticed.
"""

from django.db import migrations, transaction
from django.db.utils import DatabaseError

SEARCHED = ("first_name", "infix", "last_name", "email", "phone")


def create_index(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    columns = ", ".join(f"folded({name}) gin_trgm_ops" for name in SEARCHED)
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            schema_editor.execute(
                f"CREATE INDEX sign_up_by_part ON courses_signup USING gin ({columns})"
                " WITH (fastupdate = off)"
            )
    except DatabaseError:
        return


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS sign_up_by_part")


class Migration(migrations.Migration):
    dependencies = [("core", "0005_folded"), ("courses", "0006_office")]

    operations = [migrations.RunPython(create_index, drop_index)]
