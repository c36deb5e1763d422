"""Which requests may be answered with what is kept, under which key, and as what they are asked."""

import io
import re
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

# What senders of mail and advertisements add to an address; no page looks at them.
TRACKING = re.compile(
    r"(?:utm_\w+|gclid|gbraid|wbraid|dclid|fbclid|msclkid|ttclid|twclid|li_fat_id|igshid"
    r"|mc_cid|mc_eid)(?:=[^&]*)?\Z"
)
# Never asked for here: files, and what belongs to one person or to staff.
OTHERS = re.compile(r"/(?:static|media|documents|admin|account|webhooks|healthz|readyz)\b")
# What the site sees of a request whose answer is to be kept; all else could end up in it.
PASSED_ON = re.compile(
    r"wsgi\.|gunicorn\.|SERVER_|REMOTE_ADDR\Z|SCRIPT_NAME\Z|PATH_INFO\Z"
    r"|HTTP_HOST\Z|HTTP_X_FORWARDED_(?:FOR|PROTO)\Z|HTTP_X_REQUEST_ID\Z"
)
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
REFUSED = ("HTTP_AUTHORIZATION", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")


def key_of(environ):
    """What the answer is kept under, or None if only the site itself may answer.

    That is so for staff (anybody with a session), maintenance, another host, a query that a page
    may look at, and http where the site goes on to https.
    """
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or settings.MAINTENANCE or settings.DEBUG:
        return None
    path, host = environ.get("PATH_INFO", ""), environ.get("HTTP_HOST")
    is_secure = _is_secure(environ)
    if host not in _hosts(settings.SITE_URL, tuple(settings.ALLOWED_HOSTS)) or OTHERS.match(path):
        return None
    if settings.SECURE_SSL_REDIRECT and not is_secure:
        return None
    if settings.SESSION_COOKIE_NAME + "=" in environ.get("HTTP_COOKIE", ""):
        return None
    if not _is_only_tracking(environ.get("QUERY_STRING", "")):
        return None
    if any(name in environ for name in REFUSED):
        return None
    return host, is_secure, environ.get("SCRIPT_NAME", ""), path


def is_plain(environ):
    """Whether the site would answer this request as it does the clean one."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "HTTP_COOKIE" not in environ
        and not environ.get("QUERY_STRING")
        and not any(name in environ for name in CONDITIONS)
    )


def clean(environ):
    """The same request from nobody: a GET without query, cookies, conditions or preferences."""
    passed = {name: value for name, value in environ.items() if PASSED_ON.match(name)}
    return passed | {
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": "",
        "wsgi.input": io.BytesIO(),
        "CONTENT_LENGTH": "0",
    }


@lru_cache(maxsize=256)
def coding_of(accepted):
    """“br”, “gzip” or “”: the shortest form that this Accept-Encoding allows."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";")
        weights[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in ("br", "gzip") if weights.get(name, weights.get("*"))), "")


def _is_secure(environ):
    """As `HttpRequest.is_secure`."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        if name in environ:
            return environ[name].split(",", 1)[0].strip() == value
    return environ.get("wsgi.url_scheme") == "https"


def _is_only_tracking(query):
    return not query or all(TRACKING.match(part) for part in query.split("&"))


@lru_cache(maxsize=8)
def _hosts(site_url, allowed):
    """The names by which visitors come: few, so nobody can fill the memory with made-up ones."""
    site = urlsplit(site_url)
    names = {name for name in allowed if name[:1] not in (".", "*")}
    ports = {"", f":{site.port}" if site.port else ""}
    return frozenset({site.netloc} | {name + port for name in names for port in ports})
