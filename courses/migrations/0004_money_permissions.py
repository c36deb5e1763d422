"""The office and Beheer see invoices and refunds, and decide about refunds."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = ("Bureau", "Beheer")
CODENAMES = ("view_invoice", "view_refund", "change_refund")


def make_permissions(apps, using):
    """Normally they are made after all migrations; here they are needed earlier."""
    config = apps.get_app_config("courses")
    config.models_module = True  # the historical config has none, and would be skipped
    create_permissions(config, apps=apps, verbosity=0, using=using)
    config.models_module = None


def let_office_see_money(apps, schema_editor):
    using = schema_editor.connection.alias
    make_permissions(apps, using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    wanted = permissions.filter(content_type__app_label="courses", codename__in=CODENAMES)
    for group in apps.get_model("auth", "Group").objects.using(using).filter(name__in=GROUPS):
        group.permissions.add(*wanted)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("courses", "0003_payments_papers_swaps"),
    ]

    operations = [migrations.RunPython(let_office_see_money, migrations.RunPython.noop)]
