from django.db import models


class LostAddress(models.Model):
    """How often in a week (its Monday) people asked for an address at which nothing is."""

    week = models.DateField()
    path = models.CharField(max_length=120)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "path"], name="one_row_per_lost_address")
        ]

    def __str__(self):
        return self.path
