from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0012_money_closes")]

    operations = [
        migrations.AddField(
            model_name="signup",
            name="name_key",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=400
            ),
        ),
    ]
