from django.db import models
from django.db.models.functions import Now


class ContentChange(models.Model):
    """Something that readers see was changed: see core.changes.

    The sum of the `mark`s differs after every change, whichever transaction ends first.
    """

    mark = models.PositiveIntegerField()
    at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self):
        return f"{self.at}"
