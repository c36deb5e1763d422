"""Remove the rosters that deleted pages left behind, as is now done when a page is deleted."""

from django.db import migrations
from django.db.models import Exists, OuterRef


def remove_unused(apps, schema_editor):
    rosters = apps.get_model("courses", "Roster").objects
    offers = apps.get_model("courses", "SwapOffer").objects
    pages = apps.get_model("courses", "CourseEventPage").objects
    nothing = {"sign_ups": None, "claims": None, "swap_offers": None, "messages": None}
    unused = rosters.filter(**nothing).exclude(
        Exists(pages.filter(translation_key=OuterRef("translation_key")))
    )
    unused.exclude(Exists(offers.filter(left=OuterRef("pk")))).delete()


class Migration(migrations.Migration):
    dependencies = [("courses", "0018_choices_on_lines")]

    operations = [migrations.RunPython(remove_unused, migrations.RunPython.noop)]
