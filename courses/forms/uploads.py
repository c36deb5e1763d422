"""The file that a participant uploads: what is accepted, and how it is stored.

Only PDF, JPEG and PNG, by extension and by content. Images are re-encoded, which drops metadata
and anything hidden in them; a PDF must begin and end like one. Files get a random name in private
storage.
"""

import io
import re
import uuid
import warnings
from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from courses.models import Upload

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
NAME_LENGTH = 100
EXTENSIONS = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
ACCEPT = ".pdf,.jpg,.jpeg,.png"


class UploadWidget(forms.FileInput):
    """A file input that remembers a file from an earlier step by its token."""

    template_name = "courses/widgets/upload.html"
    needs_multipart_form = True

    def __init__(self, attrs=None):
        super().__init__({"accept": ACCEPT} | (attrs or {}))

    def value_from_datadict(self, data, files, name):
        return files.get(name), data.get(f"{name}_kept", "")

    def value_omitted_from_data(self, data, files, name):
        return name not in files and f"{name}_kept" not in data

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        context["widget"]["kept_name"] = f"{name}_kept"
        context["widget"]["kept"] = kept_upload(value)
        return context


class UploadField(forms.Field):
    """Cleans to an `Upload` or None. A new file is stored at once: no later error may lose it."""

    widget = UploadWidget
    default_error_messages = {
        "required": _("Choose a file."),
        "empty": _("This file is empty. Choose another one."),
        "size": _("This file is larger than %(max)s. Choose a smaller one."),
        "type": _("Choose a PDF, JPEG or PNG file."),
        "name": _("The name of this file is too long. Give it a shorter name."),
        "broken": _("This file cannot be read. Save it again as PDF, JPEG or PNG."),
    }

    stored = None

    def clean(self, value):
        new, kept = value if isinstance(value, tuple) else (None, "")
        if new:
            self.stored = self._store(new)
            return self.stored
        upload = kept_upload(kept)
        if upload is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return upload

    def has_changed(self, initial, data):
        return True

    def bound_data(self, data, initial):
        return self.stored or data

    def _store(self, file):
        content, content_type = self._checked(file)
        name = get_valid_filename(PurePath(file.name).name)[-NAME_LENGTH:]
        stored = f"uploads/{uuid.uuid4().hex}{PurePath(name).suffix.lower()}"
        upload = Upload(name=name, content_type=content_type, size=len(content))
        upload.file.save(stored, ContentFile(content), save=True)
        return upload

    def _checked(self, file):
        if file.size == 0:
            self._refuse("empty")
        if file.size > MAX_BYTES:
            self._refuse("size", max=filesizeformat(MAX_BYTES))
        content_type = EXTENSIONS.get(PurePath(file.name).suffix.lower().lstrip("."))
        if content_type is None or _hides_its_type(file.name):
            self._refuse("type")
        content = file.read()
        if content_type == "application/pdf":
            if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
                self._refuse("broken")
            return content, content_type
        return self._reencoded(content, content_type), content_type

    def _reencoded(self, content, content_type):
        wanted = content_type.partition("/")[2].upper()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(io.BytesIO(content), formats=[wanted]) as image:
                    if image.width * image.height > MAX_PIXELS:
                        self._refuse("broken")
                    written = io.BytesIO()
                    ImageOps.exif_transpose(image, in_place=True)  # the orientation is metadata
                    clean = image if image.mode in ("RGB", "RGBA", "L") else image.convert("RGB")
                    if wanted == "JPEG" and clean.mode == "RGBA":
                        clean = clean.convert("RGB")
                    clean.save(written, wanted)
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning):
            self._refuse("broken")
        except Image.DecompressionBombError:
            self._refuse("broken")
        return written.getvalue()

    def _refuse(self, code, **params):
        raise ValidationError(self.error_messages[code], code=code, params=params)


def kept_upload(token):
    """The stored, unclaimed file with this token, or None."""
    if isinstance(token, Upload):
        return token
    if isinstance(token, tuple):
        token = token[1]
    try:
        token = uuid.UUID(str(token))
    except ValueError:
        return None
    return Upload.objects.filter(token=token, answer=None).first()


def _hides_its_type(name):
    """Whether a bidirectional control hides the extension: “gpj.exe” then reads as “exe.jpg”."""
    return bool(re.search("[\u202a-\u202e\u2066-\u2069]", name))
