from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteWord(models.Model):
    """What staff wrote instead of a sentence of the site, in one language: see core.site_words."""

    key = models.SlugField(_("sentence"), max_length=60)
    language = models.CharField(_("language"), max_length=10)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("words on the site")
        verbose_name_plural = _("words on the site")
        ordering = ["key", "language"]
        constraints = [
            models.UniqueConstraint(fields=["key", "language"], name="one_text_per_sentence")
        ]

    def __str__(self):
        return f"{self.key} ({self.language})"
