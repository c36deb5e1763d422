from django.db import models


class LoadedContent(models.Model):
    """What `load_content` has made once. Never made again, also not when staff removed it."""

    key = models.CharField(max_length=200, unique=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.key
