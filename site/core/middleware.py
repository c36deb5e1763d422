"""Middleware, in the order of settings.MIDDLEWARE."""

import logging
import time
from http import HTTPStatus

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core import logs
from core.errors import unavailable
from core.languages import language_from_path

logger = logging.getLogger(__name__)
request_log = logging.getLogger("request")

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
QUIET = ("/static/", "/healthz", "/readyz")
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
RETRY_AFTER_SECONDS = 300


class SlashAdded(HttpResponsePermanentRedirect):
    """To the address with a slash at its end. It may hold somebody's token, so nobody keeps it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self["Cache-Control"] = "no-store"
        self["Referrer-Policy"] = "no-referrer"


class AddSlash(CommonMiddleware):
    """Django's, with `SlashAdded`."""

    response_redirect_class = SlashAdded


class RequestLog:
    """One line per request: method, masked path without query, status, duration, request id."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = self._id(request)
        token = logs.request_id.set(request.id)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            self._log(request, response, started)
        finally:
            logs.request_id.reset(token)
        response["X-Request-ID"] = request.id
        return response

    def _id(self, request):
        given = request.headers.get("X-Request-ID", "") if settings.TRUST_PROXY else ""
        return logs.id_for(given)

    def _log(self, request, response, started):
        if response.status_code < 500 and request.path_info.startswith(QUIET):
            return
        facts = {
            "status": response.status_code,
            "ms": round((time.perf_counter() - started) * 1000),
        }
        request_log.info("%s %s", request.method, request.path_info, extra={"facts": facts})


class UntrustedProxy:
    """Says once, in the logs and so to ADMINS, why every page of a site behind a proxy leads to
    itself: it ends TLS and says so, and we do not believe it.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.is_to_say = settings.SECURE_SSL_REDIRECT and not settings.TRUST_PROXY

    def __call__(self, request):
        if self.is_to_say and request.headers.get("X-Forwarded-Proto") == "https":
            self.is_to_say = False
            logger.error(
                "A proxy says that visitors come by https, and TRUST_PROXY is not set: every page"
                " leads to itself. Set TRUST_PROXY=1 if it overwrites X-Forwarded-Proto and -For."
            )
        return self.get_response(request)


class Headers:
    """Sets the headers that every response needs, and empties the answers to HEAD."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "HEAD" and not response.streaming:
            response.content = b""  # Content-Length is set; the server would drop it with a warning
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            response.headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS))
        if "Cache-Control" not in response.headers:
            # A page that sets a cookie holds a form with a token: no proxy may store it.
            response.headers["Cache-Control"] = (
                "private, no-store" if response.cookies else "no-cache"
            )
        return response


class AdminContentSecurityPolicy:
    """Loosens the content security policy where a page needs it.

    It stands after django-csp's middleware, so that it handles the response first.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY
        elif request.path_info.startswith("/account/2fa/totp/"):
            response._csp_update = {"img-src": ["data:"]}  # the QR code of the secret
        elif getattr(request, "shows_video", False):  # see core_tags.allow_video
            response._csp_update = {"frame-src": ["https://www.youtube-nocookie.com"]}
        return response


class LanguageFromPath:
    """The address alone decides the language: /en/ is English, all else Dutch.

    Django's LocaleMiddleware also looks at cookies and Accept-Language, and adds them to Vary,
    which would split every cache for nothing.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        translation.activate(language_from_path(request.path_info))
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class Methods:
    """Refuses methods that no address of the site knows, before anything else looks at them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return self.get_response(request)


class NullCharacters:
    """Refuses null characters in addresses: PostgreSQL can neither store nor search for them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            raise BadRequest("null character")
        return self.get_response(request)


class OwnOrigin:
    """Lets forms pass the CSRF check on pages with `Referrer-Policy: no-referrer`.

    Browsers send those with `Origin: null`, which the check refuses. They also send
    `Sec-Fetch-Site: same-origin`, which no page can forge (https://www.w3.org/TR/fetch-metadata/).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_ours = request.headers.get("sec-fetch-site") == "same-origin"
        if request.headers.get("origin") == "null" and is_ours:
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return self.get_response(request)


class Maintenance:
    """With MAINTENANCE=1 the public pages answer 503; staff can still use the CMS."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        open_paths = ("/admin/", "/account/", "/webhooks/", "/static/")
        if settings.MAINTENANCE and not request.path_info.startswith(open_paths):
            return unavailable(request)
        return self.get_response(request)


class StaffSession:
    """Logs staff out after an hour without a request, and in any case twelve hours after login."""

    KEY = "staff_session"
    NO_SIGN_OF_LIFE = "/admin/editing-sessions/"  # an open editor requests this by itself

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._check(request, int(time.time()))
        return self.get_response(request)

    def _check(self, request, now):
        since, seen = request.session.get(self.KEY, (now, 0))
        too_long = now - since >= settings.SESSION_COOKIE_AGE
        idle = seen and now - seen >= settings.STAFF_IDLE_SECONDS
        if too_long or idle:
            logout(request)
            self._say_why(request, too_long)
        elif now - seen >= 60 and not request.path_info.startswith(self.NO_SIGN_OF_LIFE):
            request.session[self.KEY] = (since, now)

    def _say_why(self, request, too_long):
        """A message for the login page, if the request was for the CMS, which redirects there."""
        if not request.path_info.startswith("/admin/"):
            return
        if too_long:
            why = _("You were logged out: a login lasts at most twelve hours.")
        else:
            why = _("You were logged out because you had done nothing for an hour.")
        messages.info(request, why)


class SecondFactor:
    """Where it is required, /admin/ opens only for staff who enrolled a second factor."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if (
            settings.REQUIRE_SECOND_FACTOR
            and request.path_info.startswith("/admin/")
            and request.user.is_authenticated
            and not is_mfa_enabled(request.user)
        ):
            return redirect(f"{reverse('mfa_index')}?required=1")
        return self.get_response(request)
