"""Serves files in MEDIA_ROOT/images to visitors: renditions. Documents are served elsewhere."""

from django.conf import settings
from django.http import Http404
from django.views.static import serve


def image(request, path):
    # The root is the folder of images, not its parent: images/../documents/ would lead out of it.
    try:
        response = serve(request, path, document_root=settings.MEDIA_ROOT / "images")
    except (OSError, ValueError):  # a name that no file can have
        raise Http404 from None
    response["Cache-Control"] = "public, max-age=2592000"  # a new picture gets a new file name
    response["Content-Security-Policy"] = "default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # mail programs show some of them
    return response
