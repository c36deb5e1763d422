"""Code of the release before must be able to work on the tables of this one.

While a release is taken in, and after it was taken back, old code reads and writes them. So a
column that it does not know is nullable or has a default in the database, nothing that it names
goes away, no change of a table waits for a change of its rows, and no transaction locks several
tables: `make upgrade` once ended in a deadlock with somebody who signed up.

django-migration-linter 6.0 was tried first. It reads the SQL, on PostgreSQL only, and passes
core.0004, faq.0002, home.0002 and people.0002: 14 of the 19 columns that once stopped sign-ups.
"""

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

pytestmark = pytest.mark.anywhere

OURS = ("core", "mail", "people", "faq", "courses", "home", "search")
# No code from before these is anywhere in use.
OLDEST_IN_USE = {"core": "0003_money_and_terms", "courses": "0003_payments_papers_swaps"}
# The rules below hold for whatever came after these.
LAST_WITHOUT_RULES = {
    "core": "0005_folded",
    "mail": "0003_delivery_index",
    "people": "0002_check_again",
    "faq": "0002_check_again",
    "courses": "0009_second_pair_of_eyes",
    "home": "0002_check_again",
    "search": "0001_postgresql",
}
# {"app.migration": why no code of the release before names what goes away here}
NOBODY_NAMES_IT = {}

GOES_AWAY = (
    operations.RemoveField,
    operations.RenameField,
    operations.RenameModel,
    operations.DeleteModel,
    operations.AlterModelTable,
)
CHANGES_ROWS = (operations.RunPython, operations.RunSQL)
CHANGES_TABLES = (*GOES_AWAY, operations.AddField, operations.AlterField)


@pytest.fixture
def loader(db):  # a migration of wagtail-localize asks the database when it is imported
    return MigrationLoader(None)


def later_than(loader, oldest):
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app in OURS and name > oldest.get(app, ""):
            yield app, name, migration


def columns_added_later(loader):
    """(app, model, field name) of every column that a table got after it was made."""
    for app, _name, migration in later_than(loader, OLDEST_IN_USE):
        made_here = _made_in(migration)
        for operation in migration.operations:
            if (
                isinstance(operation, operations.AddField)
                and operation.model_name_lower not in made_here
            ):
                yield app, operation.model_name_lower, operation.name


def faults(loader, oldest):
    """{app.migration: [words]} of what breaks the release before or locks a table for long."""
    wanted = {(app, name) for app, name, _migration in later_than(loader, oldest)}
    found, state = {}, ProjectState(real_apps=loader.unmigrated_apps)
    for app, name in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        migration = loader.graph.nodes[app, name]
        words = list(_faults(app, name, migration, state))  # brings the state up to date
        if words and (app, name) in wanted:
            found[f"{app}.{name}"] = words
    return found


def _faults(app, name, migration, state):
    made_here = _made_in(migration)
    for operation in migration.operations:
        before = _field(state, app, operation)
        operation.state_forwards(app, state)
        if getattr(operation, "model_name_lower", None) in made_here:
            continue
        if isinstance(operation, GOES_AWAY) and f"{app}.{name}" not in NOBODY_NAMES_IT:
            yield f"{operation.describe()}: old code still names it"
        if isinstance(operation, operations.AlterField):
            yield from _narrowed(before, _field(state, app, operation), operation.describe())
    if migration.atomic and len(_tables(migration, made_here)) > 1:
        yield "several tables are locked at once, visitors lock them crosswise: atomic = False"
    kinds = [kind for kind in (CHANGES_ROWS, CHANGES_TABLES) if _any(migration, kind, made_here)]
    if len(kinds) > 1 and migration.atomic:
        yield "two in one: a table stays locked while rows are changed"


def _narrowed(before, after, words):
    """Whether a column takes less than before: what old code writes could be refused."""
    if before.null and not after.null and not after.has_db_default():
        yield f"{words}: old code leaves it empty"
    if before.is_relation or after.is_relation:
        return
    if before.max_length and after.max_length and after.max_length < before.max_length:
        yield f"{words}: old code writes longer texts"
    elif before.get_internal_type() != after.get_internal_type():
        yield f"{words}: another type rewrites the table under a lock"


def _field(state, app, operation):
    model = state.models.get((app, getattr(operation, "model_name_lower", None)))
    return model and model.fields.get(getattr(operation, "name", None))


def _tables(migration, made_here):
    """The tables that visitors use and this migration locks."""
    changed = {
        getattr(operation, "model_name_lower", None) or operation.name_lower
        for operation in migration.operations
        if isinstance(operation, CHANGES_TABLES)
    }
    return changed - made_here


def _any(migration, kinds, made_here):
    return any(
        isinstance(operation, kinds)
        and getattr(operation, "model_name_lower", None) not in made_here
        for operation in migration.operations
    )


def _made_in(migration):
    return {
        operation.name_lower
        for operation in migration.operations
        if isinstance(operation, operations.CreateModel)
    }


def test_a_column_added_later_can_be_left_out_by_older_code(loader):
    added = list(columns_added_later(loader))
    needed = []
    for app, model_name, name in added:
        model = apps.get_model(app, model_name)
        field = {found.name: found for found in model._meta.get_fields()}.get(name)
        if field is None or field.many_to_many:
            continue  # dropped since, or a table of its own
        if not field.null and not field.has_db_default():
            needed.append(f"{app}.{model_name}.{name}")

    assert ("courses", "signup", "office_note") in added
    assert needed == []


def test_no_migration_takes_something_from_code_of_the_release_before(loader):
    assert faults(loader, LAST_WITHOUT_RULES) == {}


def _nothing(apps, schema_editor):
    pass


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([operations.RemoveField("signup", "remarks")], "old code still names it"),
        ([operations.RenameField("signup", "remarks", "notes")], "old code still names it"),
        ([operations.DeleteModel("SwapOffer")], "old code still names it"),
        (
            [operations.AlterField("signup", "hold_until", models.DateTimeField())],
            "old code leaves it empty",
        ),
        (
            [operations.AlterField("signup", "last_name", models.CharField(max_length=5))],
            "old code writes longer texts",
        ),
        (
            [operations.AlterField("roster", "first_day", models.DateTimeField(null=True))],
            "another type rewrites the table under a lock",
        ),
        (
            [
                operations.AddField("signup", "shoe_size", models.IntegerField(null=True)),
                operations.RunPython(_nothing),
            ],
            "two in one: a table stays locked while rows are changed",
        ),
        (
            [
                operations.AddField("signup", "shoe_size", models.IntegerField(null=True)),
                operations.AddField("payment", "shoe_size", models.IntegerField(null=True)),
            ],
            "visitors lock them crosswise: atomic = False",
        ),
        ([operations.AddField("signup", "shoe_size", models.IntegerField(null=True))], None),
        ([operations.RunPython(_nothing)], None),
    ],
)
def test_the_rules_find_what_they_are_for(loader, changes, words):
    migration = Migration("0099_made_up", "courses")
    migration.operations = changes
    state = loader.project_state()

    found = list(_faults("courses", "0099_made_up", migration, state))

    assert len(found) == (words is not None)
    assert all(line.endswith(words) for line in found)
