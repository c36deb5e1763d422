"""Three groups of staff with Dutch names, instead of Wagtail's own two.

Permissions are normally made after all migrations; here they are needed earlier.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = (
    "auth",
    "core",
    "courses",
    "faq",
    "home",
    "mail",
    "wagtail_localize",
    "wagtailadmin",
    "wagtailcore",
    "wagtaildocs",
    "wagtailimages",
    "wagtailredirects",
)
ALL = ("add", "change", "delete", "view")


def named(app, model, verbs=ALL):
    return {(app, f"{verb}_{model}") for verb in verbs}


ADMIN = {("wagtailadmin", "access_admin")}
TEXTS = {
    *ADMIN,
    *named("faq", "faqquestion"),
    *named("faq", "faqtopic"),
    *named("home", "testimonial"),
    *named("core", "sitetexts", ("add", "change", "view")),
    ("wagtail_localize", "submit_translation"),
}
OFFICE = {
    *ADMIN,
    *named("courses", "signup", ("change", "view")),
    *named("courses", "roster", ("change", "view")),
    *named("mail", "outgoingmail", ("change", "view")),
    *named("mail", "mailtext"),
}
MANAGEMENT = {
    *TEXTS,
    *OFFICE,
    *named("auth", "group"),
    *named("core", "user"),
    *named("core", "sitesettings", ("change",)),
    *named("wagtailcore", "collection"),
    *named("wagtailcore", "locale"),
    *named("wagtailcore", "site"),
    *named("wagtailcore", "task"),
    *named("wagtailcore", "workflow"),
    *named("wagtailredirects", "redirect"),
}
# On pages: everywhere. The office edits courses only, see courses.office.groups.
PAGES = {
    "Teksten": ("add_page", "change_page", "publish_page"),
    "Bureau": (),
    "Beheer": (
        "add_page",
        "bulk_delete_page",
        "change_page",
        "lock_page",
        "publish_page",
        "unlock_page",
    ),
}
IMAGES = ("add_image", "change_image", "choose_image")
DOCUMENTS = ("add_document", "change_document", "choose_document")
COLLECTIONS = {
    "Teksten": (*IMAGES, *DOCUMENTS),
    "Bureau": ("choose_image", *DOCUMENTS),
    "Beheer": (*IMAGES, *DOCUMENTS, "delete_image", "delete_document"),
}
MODELS = {"Teksten": TEXTS, "Bureau": OFFICE, "Beheer": MANAGEMENT}


def make_permissions(apps, using):
    for label in APPS:
        config = apps.get_app_config(label)
        config.models_module = True  # the historical config has none, and would be skipped
        create_permissions(config, apps=apps, verbosity=0, using=using)
        config.models_module = None


def make_groups(apps, schema_editor):
    using = schema_editor.connection.alias
    make_permissions(apps, using)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    found = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    root = apps.get_model("wagtailcore", "Page").objects.using(using).filter(depth=1).first()
    collections = apps.get_model("wagtailcore", "Collection").objects.using(using)
    collection = collections.filter(depth=1).first()
    OnPage = apps.get_model("wagtailcore", "GroupPagePermission").objects.using(using)
    OnCollection = apps.get_model("wagtailcore", "GroupCollectionPermission").objects.using(using)
    for name, wanted in MODELS.items():
        group, _created = Group.objects.using(using).get_or_create(name=name)
        group.permissions.add(*[found[key] for key in sorted(wanted)])
        for codename in PAGES[name]:
            permission = found["wagtailcore", codename]
            OnPage.get_or_create(group=group, page=root, permission=permission)
        for codename in COLLECTIONS[name]:
            app = "wagtailimages" if codename.endswith("_image") else "wagtaildocs"
            OnCollection.get_or_create(
                group=group, collection=collection, permission=found[app, codename]
            )


def rename_review(apps, schema_editor):
    """Wagtail's ready-made review is done by Beheer, and says in Dutch what it is."""
    using = schema_editor.connection.alias
    management = apps.get_model("auth", "Group").objects.using(using).get(name="Beheer")
    name = "Controle door een collega"
    tasks = apps.get_model("wagtailcore", "GroupApprovalTask").objects.using(using)
    for task in tasks.filter(name="Moderators approval"):
        task.name = name
        task.save()
        task.groups.add(management)
    workflows = apps.get_model("wagtailcore", "Workflow").objects.using(using)
    workflows.filter(name="Moderators approval").update(name=name)


def remove_wagtails_groups(apps, schema_editor):
    using = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using)
    User = apps.get_model("core", "User")
    for group in groups.filter(name__in=["Editors", "Moderators"]):
        if not User.objects.using(using).filter(groups=group).exists():
            group.delete()


class Migration(migrations.Migration):
    # What the permissions are about, whichever app it lives in.
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("core", "0002_site"),
        ("courses", "0001_initial"),
        ("faq", "0001_initial"),
        ("home", "0001_initial"),
        ("mail", "0001_initial"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]

    operations = [
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        migrations.RunPython(rename_review, migrations.RunPython.noop),
        migrations.RunPython(remove_wagtails_groups, migrations.RunPython.noop),
    ]
