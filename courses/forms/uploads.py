"""The file that a participant uploads: what is accepted, and how it is stored.

A PDF or a picture, judged by its content: telephones and scanners give names that say otherwise. A
picture is written anew (see `forms.pictures`); a PDF must begin and end like one.
"""

import uuid
from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from core.pictures import TooLargeError, UnreadableError
from core.words import visible
from courses.domain import uploads
from courses.forms import pictures
from courses.models import Upload

MAX_BYTES = 10 * 1024 * 1024
NAME_LENGTH = 100
PDF, PDF_STARTS_WITHIN, PDF_ENDS_WITHIN = "application/pdf", 1024, 2048
SUFFIXES = {PDF: (".pdf",), "image/jpeg": (".jpg", ".jpeg", ".jfif"), "image/png": (".png",)}
EXTENSIONS = (".pdf", ".jpg", ".jpeg", ".jfif", ".png", ".webp", ".heic", ".heif")
ACCEPT = ",".join(EXTENSIONS)


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
        "type": _("Choose a PDF or a picture: JPEG, PNG, WebP or HEIC."),
        "broken": _("This file cannot be read. Save it again as PDF, JPEG or PNG."),
        "pixels": _("This picture has too many pixels to be read. Save it smaller."),
        "blank": _(
            "Nothing can be seen on this picture: it has one colour. Take it again, or save it as"
            " PDF."
        ),
        "busy": _(
            "Many files were sent from your network. Wait an hour with your file, or mail it to us."
        ),
        "no_room": _(
            "We cannot take files at the moment. Try again tomorrow, or mail your file to us."
        ),
    }

    stored = None

    @staticmethod
    def may_store():
        """Whether this visitor may store one more file. The form that knows replaces it."""
        return True

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
        if file.size == 0:
            self._refuse("empty")
        if file.size > MAX_BYTES:
            self._refuse("size", max=filesizeformat(MAX_BYTES))
        if not self.may_store():
            self._refuse("busy")
        content, content_type = self._checked(file)
        try:
            return uploads.store(_name(file.name, content_type), content, content_type)
        except uploads.NoRoomError:
            self._refuse("no_room")

    def _checked(self, file):
        """(content, MIME type) as it is stored."""
        content = file.read()
        if b"%PDF-" in content[:PDF_STARTS_WITHIN]:
            if b"%%EOF" not in content.rstrip(b"\0\r\n\t ")[-PDF_ENDS_WITHIN:]:
                self._refuse("broken")
            return content, PDF
        try:
            return pictures.cleaned(content)
        except TooLargeError:
            self._refuse("pixels")
        except pictures.BlankError:
            self._refuse("blank")
        except UnreadableError:
            known = file.name.lower().endswith(EXTENSIONS)
            self._refuse("broken" if known else "type")

    def _refuse(self, code, **params):
        raise ValidationError(self.error_messages[code], code=code, params=params)


def _name(sent, content_type):
    """The name that was sent, made safe, with the extension of what the file is now."""
    path = PurePath(visible(sent))
    suffix = path.suffix if path.suffix.lower() in EXTENSIONS else ""
    stem = get_valid_filename("_" + path.name.removesuffix(suffix).strip())[1:] or "file"
    suffixes = SUFFIXES[content_type]
    return (stem + (suffix if suffix.lower() in suffixes else suffixes[0]))[-NAME_LENGTH:]


class StoredFile:
    """A file as it was stored, to look at before sending: its text is its name."""

    def __init__(self, upload):
        self.upload = upload
        self.size = upload.size

    def __str__(self):
        return self.upload.name

    @property
    def picture(self):
        """A small picture of it as a data: address; "" for a PDF."""
        if self.upload.content_type == PDF:
            return ""
        with self.upload.file.open("rb") as file:
            return pictures.thumbnail(file)


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
