"""The form of an image in the CMS. Every way to add or replace one uses it."""

import io
from pathlib import Path

import willow
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.fields import FileField
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from core import pictures
from core.models.images import CLEAN, SiteImage


class PictureField(WagtailImageField):
    """Judges a picture by its content, not by its name, and hands on a clean one."""

    def to_python(self, data):
        file = FileField.to_python(self, data)
        if file is None:
            return None
        self.check_image_file_size(file)
        try:
            content, extension = pictures.cleaned(file.read())
        except pictures.TooLargeError:
            raise ValidationError(
                _("This picture has more than 64 million pixels. Make it smaller first.")
            ) from None
        except pictures.UnreadableError:
            raise ValidationError(
                _("This picture cannot be read. It may be damaged: save it anew as JPEG or PNG.")
            ) from None
        found = SimpleUploadedFile(f"{Path(file.name).stem}.{extension}", content)
        found.image = willow.Image.open(io.BytesIO(content))
        found.content_type = found.image.mime_type
        setattr(found, CLEAN, True)
        return found


class ImageForm(BaseImageForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if former := self.fields.get("file"):
            self.fields["file"] = PictureField(
                label=former.label, required=former.required, widget=former.widget
            )

    def save(self, commit=True):
        saved = super().save(commit)
        if commit and "file" in self.changed_data:  # Wagtail has dropped those just made, too
            saved.make_renditions()
        return saved

    def clean_collection(self):
        collection = self.cleaned_data["collection"]
        if collection.get_view_restrictions():
            raise ValidationError(IS_PUBLIC)
        return collection


IS_PUBLIC = gettext_lazy(
    "This collection is private, but whoever knows the address of a picture can see it. Choose"
    " another collection, and put what is confidential under Documents."
)


def refuse_private_collection(request, action_type, objects, action):
    """For `before_bulk_action`: pictures are put into a collection many at a time, too."""
    if action_type != "add_to_collection" or not issubclass(action.model, SiteImage):
        return None
    if action.cleaned_form.cleaned_data["collection"].get_view_restrictions():
        messages.error(request, IS_PUBLIC)
        return redirect(action.next_url)
    return None
