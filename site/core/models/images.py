from pathlib import Path

from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Image,
    WagtailImageFieldFile,
)

from core import pictures
from core.images import all_filters

CLEAN = "is_clean"  # set on a file that was cleaned before, in the form


class CleanFile(WagtailImageFieldFile):
    """Whatever is stored as an image holds pixels only, by whichever way it comes."""

    def save(self, name, content, save=True):
        if not getattr(content, CLEAN, False):
            content.seek(0)
            found, extension = pictures.cleaned(content.read())
            name = f"{Path(name).stem}.{extension}"
            content = ContentFile(found, name)
        super().save(name, content, save)


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
        self.make_renditions()

    def make_renditions(self):
        """Make every rendition that the site shows, unless it is there."""
        self.get_renditions(*all_filters())
        self.file.close()  # Wagtail leaves it open

    def clean_file(self):
        """Write the file anew, with its renditions, if it holds more than pixels."""
        with self.open_file() as file:
            content = file.read()
        if not pictures.tells_more(content):
            return False
        former = self.file.name
        self.file.save(Path(former).name, ContentFile(content), save=False)
        self._set_image_file_metadata()
        self.renditions.all().delete()
        self.save()
        self.file.storage.delete(former)
        return True


# A field of a model that is not ours; this is no part of its definition in a migration.
SiteImage._meta.get_field("file").attr_class = CleanFile


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="unique_rendition"
            )
        ]
