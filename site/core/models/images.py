from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from core.images import all_filters


class SiteImage(AbstractImage):
    description = models.CharField(
        _("description"),
        max_length=255,
        default="",
        help_text=_(
            "What is to be seen, in one sentence. It is read aloud to people who cannot see the"
            " image, and shown while it does not load."
        ),
    )

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        # For a new file or focal point, super().save() has dropped the old renditions.
        self.get_renditions(*all_filters())


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="unique_rendition"
            )
        ]
