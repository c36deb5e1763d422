from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0014_names_in_order")]

    operations = [
        migrations.AlterField(
            model_name="signup",
            name="fingerprint",
            field=models.CharField(db_default="", default="", editable=False, max_length=64),
        ),
    ]
