from django.db import models


class LoadedContent(models.Model):
    """An item that `load_content` has created; it is never created again, even if it is deleted."""

    key = models.CharField(max_length=200, unique=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.key
