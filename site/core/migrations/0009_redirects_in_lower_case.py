"""Write the addresses of redirects as they are looked up now: in lower case, without a host."""

from django.db import migrations
from wagtail.contrib.redirects.models import Redirect


def normalise(apps, schema_editor):
    redirects = apps.get_model("wagtailredirects", "Redirect").objects
    for row in redirects.order_by("pk"):
        path = Redirect.normalise_path(row.old_path)
        if path != row.old_path and not redirects.filter(old_path=path, site=row.site).exists():
            row.old_path = path
            row.save(update_fields=["old_path"])


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0008_findings"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop)]
