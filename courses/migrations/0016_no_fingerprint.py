"""The fingerprint of a sign-up is not used any more.

Code of the release before still writes it, so the column stays for one release, empty.
"""

from django.db import migrations


def empty(apps, schema_editor):
    sign_ups = apps.get_model("courses", "SignUp").objects.using(schema_editor.connection.alias)
    sign_ups.exclude(fingerprint="").update(fingerprint="")


class Migration(migrations.Migration):
    dependencies = [("courses", "0015_fingerprint_with_a_default")]

    operations = [
        migrations.RunPython(empty, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="signup", name="fingerprint")]
        ),
    ]
