"""Five groups of staff instead of three: Cursussen and Geld are split off from Bureau.

Nobody loses a right by surprise, on an installation where staff changed the groups either:

- Beheer is renamed to Eigenaar, with its members and whatever it was given.
- What moves away from Bureau (the pages of the courses, the decisions about refunds) goes to
  Cursussen and Geld, and whoever had it through Bureau becomes a member there.
- It arranges collections too: Wagtail asks for that right on the root collection itself.
- Dates of courses ask for a right of their own from now on. Every group that could change them
  gets it, except Teksten: that is what the group Cursussen is for.
- So does recording a payment, which Geld does too: every group that could do it keeps it.
- A group with one of the new names that staff made themselves is left as it is.

The whole table is in docs/rights.md.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = ("auth", "core", "courses", "mail", "wagtailadmin", "wagtailcore", "wagtaildocs")
ADMIN = {("wagtailadmin", "access_admin")}


def named(model, *verbs):
    return {("courses", f"{verb}_{model}") for verb in verbs}


DATES = named("courseeventpage", "change")
COURSES = {*ADMIN, *DATES, *named("roster", "view")}
OFFICE = {
    *ADMIN,
    *named("roster", "change", "view"),
    *named("signup", "add", "change", "view"),
    *named("answer", "view"),
    *named("payment", "change", "view"),
    *named("refund", "view"),
    *named("invoice", "view"),
}
MONEY = {
    *ADMIN,
    *named("roster", "view"),
    *named("signup", "view"),
    *named("payment", "change", "view"),
    *named("refund", "change", "view"),
    *named("invoice", "add", "change", "view"),
}
OWNER = {*COURSES, *OFFICE, *MONEY, *named("signup", "delete")}
REFUND_DECISIONS = "change_refund"
PAYMENTS = named("payment", "change")

COLLECTIONS = {
    "wagtailimages": ("choose_image",),
    "wagtaildocs": ("add_document", "change_document", "choose_document"),
}
PAGES = ("add_page", "change_page", "publish_page")
ON_COLLECTIONS = ("add_collection", "change_collection", "delete_collection")


class Rows:
    """The models as they are at this point of history, on the database that is migrated."""

    def __init__(self, apps, using):
        self.apps = apps
        self.using = using
        found = self.of("auth", "Permission").select_related("content_type")
        self.permissions = {(row.content_type.app_label, row.codename): row for row in found}

    def of(self, app, model):
        return self.apps.get_model(app, model).objects.using(self.using)

    def group(self, name):
        return self.of("auth", "Group").filter(name=name).first()

    def new_group(self, name, permissions):
        """None if staff have a group of this name: its members were not chosen for these rights."""
        group, is_new = self.of("auth", "Group").get_or_create(name=name)
        return self.give(group, permissions) if is_new else None

    def give(self, group, permissions):
        group.permissions.add(*[self.permissions[key] for key in sorted(permissions)])
        return group

    def course_pages(self):
        """The overview of the courses, in each language."""
        pks = self.of("courses", "CourseIndexPage").values("pk")
        return self.of("wagtailcore", "Page").filter(pk__in=pks)


def make_permissions(apps, using):
    """Normally they are made after all migrations; here they are needed earlier."""
    for label in APPS:
        config = apps.get_app_config(label)
        config.models_module = True  # the historical config has none, and would be skipped
        create_permissions(config, apps=apps, verbosity=0, using=using)
        config.models_module = None


def split_groups(apps, schema_editor):
    using = schema_editor.connection.alias
    make_permissions(apps, using)
    rows = Rows(apps, using)
    office = rows.group("Bureau")
    split_off_courses(rows, office)
    keep_dates_where_they_are(rows)
    keep_payments_where_they_are(rows)
    split_off_money(rows, office)
    if office:
        rows.give(office, OFFICE)
    rename_management(rows)
    let_owner_arrange_collections(rows)


def keep_dates_where_they_are(rows):
    """What staff changed or made themselves: whoever reaches courses, can still change dates."""
    overviews = list(rows.course_pages())
    reach = {
        on_page.group
        for on_page in rows.of("wagtailcore", "GroupPagePermission").select_related("page", "group")
        if any(_reaches(on_page.page, overview) for overview in overviews)
    }
    for group in reach:
        if group.name != "Teksten":
            rows.give(group, DATES)


def keep_payments_where_they_are(rows):
    """So far it came with deciding about sign-ups."""
    decides = rows.permissions["courses", "change_signup"]
    for group in rows.of("auth", "Group").filter(permissions=decides):
        rows.give(group, PAYMENTS)


def _reaches(page, overview):
    """Whether rights on this page have to do with courses: it is above the overview, or below."""
    return overview.path.startswith(page.path) or page.path.startswith(overview.path)


def split_off_courses(rows, office):
    group = rows.new_group("Cursussen", COURSES)
    if group is None:
        return
    root = rows.of("wagtailcore", "Collection").filter(depth=1).first()
    for app, codenames in COLLECTIONS.items():
        for codename in codenames:
            rows.of("wagtailcore", "GroupCollectionPermission").get_or_create(
                group=group, collection=root, permission=rows.permissions[app, codename]
            )
    on_pages = rows.of("wagtailcore", "GroupPagePermission")
    for page in rows.course_pages():
        for codename in PAGES:
            permission = rows.permissions["wagtailcore", codename]
            on_pages.get_or_create(group=group, page=page, permission=permission)
    if office:
        moved = on_pages.filter(group=office, page__in=rows.course_pages())
        if moved.exists():
            group.user_set.add(*office.user_set.all())
        moved.delete()


def split_off_money(rows, office):
    group = rows.new_group("Geld", MONEY)
    if group is None or office is None:
        return
    decided = office.permissions.filter(
        content_type__app_label="courses", codename=REFUND_DECISIONS
    )
    if decided.exists():
        group.user_set.add(*office.user_set.all())
        office.permissions.remove(*decided)


def rename_management(rows):
    management = rows.group("Beheer")
    if management is None:
        rows.new_group("Eigenaar", OWNER)
        return
    if rows.group("Eigenaar") is None:
        management.name = "Eigenaar"
        management.save(using=rows.using)
    rows.give(management, OWNER)


def let_owner_arrange_collections(rows):
    owner = rows.group("Eigenaar")
    root = rows.of("wagtailcore", "Collection").filter(depth=1).first()
    if owner is None or root is None:
        return
    for codename in ON_COLLECTIONS:
        permission = rows.permissions["wagtailcore", codename]
        if owner.permissions.filter(pk=permission.pk).exists():  # not where staff took it away
            rows.of("wagtailcore", "GroupCollectionPermission").get_or_create(
                group=owner, collection=root, permission=permission
            )


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("courses", "0007_search_by_part_of_a_word"),
        ("mail", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [migrations.RunPython(split_groups, migrations.RunPython.noop)]
