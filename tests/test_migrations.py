"""Code of the release before must be able to write on the tables of this one.

While a release is taken in, and after it was taken back, old code inserts rows that do not name the
new columns: each of those is nullable, or has a default in the database itself.
"""

import pytest
from django.apps import apps
from django.db.migrations import AddField, CreateModel
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.anywhere

OURS = ("core", "mail", "people", "faq", "courses", "home", "search")
# No code from before these is anywhere in use.
OLDEST_IN_USE = {"core": "0003_money_and_terms", "courses": "0003_payments_papers_swaps"}


def columns_added_later():
    """(app, model, field name) of every column that a table got after it was made."""
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if app not in OURS or name <= OLDEST_IN_USE.get(app, ""):
            continue
        made_here = {
            operation.name_lower
            for operation in migration.operations
            if isinstance(operation, CreateModel)
        }
        for operation in migration.operations:
            if isinstance(operation, AddField) and operation.model_name_lower not in made_here:
                yield app, operation.model_name_lower, operation.name


def test_a_column_added_later_can_be_left_out_by_older_code():
    needed = []
    for app, model_name, name in columns_added_later():
        model = apps.get_model(app, model_name)
        field = {found.name: found for found in model._meta.get_fields()}.get(name)
        if field is None or field.many_to_many:
            continue  # dropped since, or a table of its own
        if not field.null and not field.has_db_default():
            needed.append(f"{app}.{model_name}.{name}")

    assert ("courses", "signup", "office_note") in columns_added_later()
    assert needed == []
