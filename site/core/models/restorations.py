from django.db import models
from django.utils.translation import gettext_lazy as _


class Restoration(models.Model):
    """A backup that was put back, and which of the steps after it are done."""

    since = models.DateTimeField(_("moment of the backup"), unique=True)
    begun_at = models.DateTimeField(_("put back"), auto_now_add=True)
    done = models.JSONField(_("steps done"), default=list)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("restored backup")
        verbose_name_plural = _("restored backups")
        ordering = ["-begun_at"]

    def __str__(self):
        return f"{self.since:%Y-%m-%d %H:%M}"
