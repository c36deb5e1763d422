from uuid import uuid4

from django.db import models


class Generation(models.Model):
    """One row whose value changes with every change of what the search looks in."""

    value = models.UUIDField(default=uuid4)

    def __str__(self):
        return str(self.value)

    @classmethod
    def current(cls):
        """The value, or None on a site that was never changed."""
        return cls.objects.values_list("value", flat=True).first()

    @classmethod
    def begin(cls):
        cls.objects.update_or_create(pk=1, defaults={"value": uuid4()})


class Missed(models.Model):
    """How often in a week (its Monday) people asked for something that the site does not have."""

    week = models.DateField()
    language = models.CharField(max_length=10)
    query = models.CharField(max_length=60)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "language", "query"], name="one_row_per_missed")
        ]

    def __str__(self):
        return self.query
