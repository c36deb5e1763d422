"""Hands out pictures to visitors (renditions), wherever they are kept. Documents are elsewhere."""

import mimetypes
import posixpath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404


def image(request, path):
    name = f"images/{path}"
    if posixpath.normpath(name) != name:  # images/../documents/ would lead out of it
        raise SuspiciousFileOperation
    try:
        file = default_storage.open(name)
    except (OSError, ValueError):  # there is none, or no file can have this name
        raise Http404 from None
    response = FileResponse(file, content_type=mimetypes.guess_type(name)[0])
    response["Cache-Control"] = "public, max-age=2592000"  # a new picture gets a new file name
    response["Content-Security-Policy"] = "default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # mail programs show some of them
    return response
