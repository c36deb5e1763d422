"""What all pages behind a token share."""

from functools import wraps

from django.http import Http404
from django.views.decorators.cache import never_cache

from courses.domain import links


def private(view):
    """For a page behind a token: no copy, no referrer, no search engine."""

    @never_cache
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def sign_up_or_404(token):
    found = links.find(token)
    if found is None:
        raise Http404
    return found
