from django.db import models


class Fault(models.Model):
    """A check of /readyz that fails, or did, and when people were told; errors count as one.

    No personal data: names of checks and moments.
    """

    name = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField(null=True)  # empty while all is well
    told_at = models.DateTimeField(null=True)

    def __str__(self):
        return self.name
