"""The first reader of a process waits for nothing that is loaded only once.

Templates, forms and their fields are imported and compiled when a page first needs them. So each
process asks itself for a few pages before it answers anybody. Apps name pages with `register`.
"""

import logging
from collections.abc import Callable, Iterable
from io import BytesIO
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections

from core.logs import class_and_place

logger = logging.getLogger(__name__)

_finders: list[Callable[[], Iterable[str]]] = [lambda: ["/"]]


def register(find_paths: Callable[[], Iterable[str]]) -> None:
    """`find_paths()` gives paths of pages that use much of what has to be loaded."""
    _finders.append(find_paths)


def warm_up(application: Callable) -> None:
    """Ask the WSGI application for those pages. Whatever goes wrong is for its readers to see."""
    for find_paths in _finders:
        try:
            for path in find_paths():
                _ask(application, path)
        except Exception as error:
            logger.warning("The pages are not warm: %s", class_and_place(error))
    connections.close_all()  # of this thread; those that answer readers have their own


def _ask(application, path):
    site = urlsplit(settings.SITE_URL)
    body = application(
        {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": site.hostname,
            "SERVER_PORT": str(site.port or 443),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": site.netloc,
            "HTTP_USER_AGENT": "warming up",
            "HTTP_X_FORWARDED_PROTO": site.scheme,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": site.scheme,
            "wsgi.input": BytesIO(),
            "wsgi.errors": BytesIO(),
        },
        lambda status, headers, exc_info=None: None,
    )
    try:
        for _part in body:
            pass
    finally:
        if hasattr(body, "close"):
            body.close()
