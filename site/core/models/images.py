from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from core.images import all_filters


class SiteImage(AbstractImage):
    admin_form_fields = Image.admin_form_fields

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        # A new file or a moved focal point makes Wagtail drop the old renditions in super().save().
        self.get_renditions(*all_filters())


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="unique_rendition"
            )
        ]
