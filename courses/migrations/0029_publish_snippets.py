"""Whoever writes questions, quotations, menu and footer may publish them: until now all who could
save them did so at once."""

from django.db import migrations

SNIPPETS = (("core", "sitetexts"), ("faq", "faqquestion"), ("home", "testimonial"))


def let_writers_publish(apps, schema_editor):
    using = schema_editor.connection.alias
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    for app, model in SNIPPETS:
        kind, _new = ContentType.objects.using(using).get_or_create(app_label=app, model=model)
        # Wagtail makes this permission after all migrations, and takes one that is there.
        name = apps.get_model(app, model)._meta.verbose_name
        publish, _new = Permission.objects.using(using).get_or_create(
            content_type=kind,
            codename=f"publish_{model}",
            defaults={"name": f"Can publish {name}"},
        )
        writers = Group.objects.using(using).filter(
            permissions__content_type=kind, permissions__codename=f"change_{model}"
        )
        for group in writers:
            group.permissions.add(publish)


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0028_what_pages_say"),
        ("core", "0015_drafts"),
        ("faq", "0007_drafts"),
        ("home", "0006_drafts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(let_writers_publish, migrations.RunPython.noop)]
