"""What is made of a public page on demand, below its address: calendars, feeds, pictures.

No such file holds personal data, and each is the same until something changes.
"""

import hashlib

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from wagtail.models import Page

SECONDS = 300


def page_or_404(request, path):
    """The live page at `path`, as its own class, that everybody may see. Raises Http404."""
    page = Page.find_for_request(request, path)
    if page is None or page.get_view_restrictions().exists():
        raise Http404
    return page.specific


def answer(request, content, content_type, *, filename="", etag=""):
    """Cacheable for SECONDS; after that a client that has this very file gets a 304.

    There is no Last-Modified: what is shown also changes without being published.
    """
    response = HttpResponse(content, content_type=content_type)
    response["ETag"] = etag = quote_etag(etag or hashlib.sha256(content).hexdigest())
    if filename:
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
    patch_cache_control(response, public=True, max_age=SECONDS)
    return get_conditional_response(request, etag=etag, response=response)
