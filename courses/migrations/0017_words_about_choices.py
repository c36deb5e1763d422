from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0016_no_fingerprint")]

    operations = [
        migrations.AlterField(
            model_name="signupquestion",
            name="choices",
            field=models.TextField(
                blank=True,
                help_text="One choice a line. Only for checkboxes, radio buttons and lists.",
                verbose_name="choices",
            ),
        ),
        migrations.AlterField(
            model_name="signupquestion",
            name="default_value",
            field=models.TextField(
                blank=True,
                help_text="For checkboxes and lists: one choice a line, as it is written above.",
                verbose_name="filled in beforehand",
            ),
        ),
    ]
