from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionRun(models.Model):
    """What was removed in one run because its term had ended, or because a person asked.

    `counts` is {key of the rule: number of rows}, which is not personal data.
    """

    at = models.DateTimeField(_("when"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty: the site itself, at night."),
    )
    counts = models.JSONField(_("removed"), default=dict)
    # From how many sign-ups data will be removed within 30 days, counted here for the start page.
    soon = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("removal of personal data")
        verbose_name_plural = _("removals of personal data")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def total(self):
        return sum(self.counts.values())
