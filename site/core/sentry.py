"""Errors to a service that speaks Sentry's protocol, if SENTRY_DSN is set: never personal data.

What goes is what the logs may hold: class and place of an error, masked lines. No values of
variables, no bodies, headers, cookies, addresses of visitors, and no text of an exception, which
may quote what a person typed.
"""

import sentry_sdk
from django.conf import settings

from core import logs

KEPT = ("event_id", "timestamp", "platform", "level", "logger", "transaction", "sdk", "release")


def install():
    if settings.SENTRY_DSN:
        sentry_sdk.init(
            settings.SENTRY_DSN,
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            server_name="",
            before_send=bare,
        )


def bare(event, hint=None):
    """What may be sent of an event: the fields in KEPT, the places, and the masked message."""
    sent = {name: event[name] for name in KEPT if name in event}
    if "logentry" in event:
        entry = event["logentry"]
        message = entry.get("formatted") or entry.get("message", "")
        sent["logentry"] = {"message": message}
    if "exception" in event:
        sent["exception"] = {"values": [_error(error) for error in event["exception"]["values"]]}
    return _masked(sent)


def _error(error):
    frames = (error.get("stacktrace") or {}).get("frames", [])
    names = ("filename", "function", "module", "lineno", "in_app")
    places = [{name: frame[name] for name in names if name in frame} for frame in frames]
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "stacktrace": {"frames": places},
    }


def _masked(value):
    if isinstance(value, str):
        return logs.mask(value)
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return value
