"""Error pages in the house style, in the language of the address.

400, 500 and 503 are rendered without the request and without the database, from templates that
stand alone. The others extend base.html.
"""

import logging
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN, get_token
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.views.decorators.csrf import requires_csrf_token

from core.languages import language_from_path

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 60
LAST_RESORT = '<!doctype html><html lang="{language}"><title>{status}</title><h1>{status}</h1>'
STAFF_PATHS = ("/admin/", "/account/")


def bad_request(request, exception=None):
    return _standalone(request, "400.html", 400)


@requires_csrf_token
def permission_denied(request, exception=None):
    return _render(request, "403.html", 403)


@requires_csrf_token
def page_not_found(request, exception=None):
    return _render(request, "404.html", 404)


def server_error(request):
    """500, or 503 if the database is away. Django calls this while it handles the exception."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return unavailable(request)
    is_told = bool(settings.ADMINS or settings.SENTRY_DSN)
    return _standalone(request, "500.html", 500, {"somebody_is_told": is_told})


def unavailable(request):
    """503, for planned maintenance or a database that is away for a moment."""
    response = _standalone(request, "maintenance.html", 503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def csrf_failure(request, reason=""):
    """Let a visitor whose CSRF token was lost send the same form again with one press.

    A form of staff, or a post from another site, is refused with 403. A login page that was left
    open while its user logged in elsewhere is shown again.
    """
    foreign = reason.startswith((REASON_BAD_ORIGIN.split("%")[0], "Referer checking failed"))
    known = settings.CSRF_COOKIE_NAME in request.COOKIES
    if known and not foreign and request.path_info == resolve_url(settings.LOGIN_URL):
        return redirect(settings.LOGIN_URL)
    if foreign or request.path_info.startswith(STAFF_PATHS):
        return _render(request, "403.html", 403)
    get_token(request)
    context = {
        "action": request.get_full_path(),
        "fields": posted_fields(request),
        "had_files": bool(request.FILES),
    }
    return _render(request, "core/resend.html", 403, context)


def posted_fields(request):
    """[(name, value)] of the post, in order, without the CSRF token and without files."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]


def _render(request, template, status, context=None):
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _standalone(request, template, status, context=None):
    with override(language_from_path(request.path_info)):
        try:
            body = render_to_string(template, context)
        except Exception:
            logger.exception("The page for %s cannot be rendered", status)
            body = LAST_RESORT.format(language=get_language(), status=status)
    return HttpResponse(body, status=status, headers={"Cache-Control": "private, no-store"})
