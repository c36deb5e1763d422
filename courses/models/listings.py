from django.conf import settings
from django.db import models


class ColumnChoice(models.Model):
    """The columns that a member of staff wants to see in a list. No row: the default ones."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="column_choices"
    )
    listing = models.CharField(max_length=40)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "listing"], name="one_column_choice_per_listing"
            )
        ]

    def __str__(self):
        return self.listing
