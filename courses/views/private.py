"""What all pages behind a token share."""

from functools import wraps
from http import HTTPStatus

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from courses.forms.status import LostLinkForm
from courses.reading import links


def private(view):
    """For a page behind a token: not cached, no referrer, not indexed.

    Http404 always gets the same answer, whether a token is mistyped or revoked or a document
    belongs to somebody else.
    """

    @never_cache
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = dead_link(request)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def posted(view):
    """For a button on the person's page. Any other method than POST redirects to that page."""

    @wraps(view)
    def wrapped(request, token):
        return view(request, token) if request.method == "POST" else to_status(token)

    return private(wrapped)


def sign_up_or_404(token):
    found = links.find_sign_up(token)
    if found is None:
        raise Http404
    return found


def buyer_or_404(token):
    found = links.find_buyer(token)
    if found is None:
        raise Http404
    return found


def dead_link(request):
    context = {"form": LostLinkForm()}
    return render(request, "courses/status/dead_link.html", context, status=HTTPStatus.NOT_FOUND)


def to_status(token, note=""):
    """Redirect to the person's page in the current language; `note` is a key of `status.NOTES`."""
    here = reverse("sign_up_status", args=[token])
    return redirect(f"{here}?note={note}" if note else here)


def form_status(form):
    """422 for a form that is shown again with its errors."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
