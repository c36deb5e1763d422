"""Logs without personal data: JSON (plain text on a developer's machine), UTC, one line each.

Everything that is logged goes through `mask`, which hides e-mail addresses, whatever looks like a
token, wherever it stands and however it was typed, and PostgreSQL's DETAIL, which quotes the row.
Bodies and query strings are never logged.
"""

import json
import logging
import logging.config
import re
import traceback
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings

request_id = ContextVar("request_id", default="")

# Any character of a token may have been written as %xx.
_RUN = re.compile(r"(?:[\w-]|%[0-9a-f]{2}){20,}", re.I)
_HEX = re.compile(r"[0-9a-f]{32,}", re.I)
# The secret parts of our own addresses, even when they are short, and with slashes doubled.
_SLASHES = r"(?:/|%2f)+"
_SECRETS = (
    (rf"(?:inschrijving|sign-up|betalen|pay){_SLASHES}", "[token]"),
    (rf"webhooks{_SLASHES}(?!mail{_SLASHES})[\w-]+{_SLASHES}", "[secret]"),
    (rf"password{_SLASHES}reset{_SLASHES}key{_SLASHES}", "[key]"),
    (rf"confirm-email{_SLASHES}", "[key]"),
)
_MASKS = [
    (re.compile(r"[\w.!#$'*+^`{|}~%-]{1,200}(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.I), "[mail]"),
    *(
        (re.compile(rf"((?:/|%2f){before})[^/\s\"'?]+", re.I), rf"\1{name}")
        for before, name in _SECRETS
    ),
    (_RUN, lambda found: "[token]" if _is_random(unquote(found.group())) else found.group()),
    (re.compile(r"DETAIL: .*"), "DETAIL: [left out]"),
]
_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def _is_random(run):
    """Whether this is a token: it has what no word or slug has together, or is a long hash."""
    kinds = (str.isupper, str.islower, str.isdigit)
    is_mixed = len(run) >= 20 and all(any(map(kind, run)) for kind in kinds)
    return is_mixed or bool(_HEX.search(run))


def mask(text):
    """`text` with placeholders for everything personal or secret that _MASKS knows."""
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return text


def id_for(given=""):
    """The id of a request: the one that a trusted proxy has given, if it is one, or a new one."""
    return given if _ID.fullmatch(given) else uuid.uuid4().hex[:16]


def escape(text):
    """Write control characters as \\x1b, so that nobody can forge a line or colour a terminal."""
    return _CONTROL.sub(lambda found: ascii(found.group())[1:-1], text)


def class_and_place(error) -> str:
    """“ValueError in folder/file.py:12”: the innermost place in our own code, else of all.

    The message of an exception is left out, because it may quote what a person typed.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(settings.BASE_DIR)]
    own = [frame for frame in own if "site-packages" not in frame.filename] or frames
    if not own:
        return type(error).__name__
    place = Path(own[-1].filename)
    return f"{type(error).__name__} in {place.parent.name}/{place.name}:{own[-1].lineno}"


class JsonFormatter(logging.Formatter):
    def format(self, record):
        entry = {
            "time": _utc(record),
            "level": record.levelname,
            "logger": record.name,
            "message": mask(_message(record)),
        }
        if request_id.get():
            entry["request"] = request_id.get()
        entry |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0]:
            entry["exception"] = mask("".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(entry, ensure_ascii=True, default=str)


class PlainFormatter(logging.Formatter):
    def format(self, record):
        facts = " ".join(str(value) for value in getattr(record, "facts", {}).values())
        line = f"{_utc(record)} {record.levelname:7} {mask(_message(record))} {facts}"
        line = escape(line.rstrip())
        if record.exc_info and record.exc_info[0]:
            trace = mask("".join(traceback.format_exception(*record.exc_info)))
            line += "\n" + "\n".join(escape(part) for part in trace.splitlines())
        return line


def _message(record):
    try:
        return record.getMessage()
    except Exception:
        return str(record.msg)


def _utc(record):
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class NoProbes(logging.Filter):
    """Leaves out that /readyz is red: whoever asks knows, and asks every few seconds."""

    def filter(self, record):
        request = getattr(record, "request", None)
        return getattr(request, "path_info", "") != "/readyz"


def config(format="json", level="INFO"):
    """The logging dictConfig, for Django and for gunicorn; `format` is “json” or “plain”."""
    formatter = "core.logs.PlainFormatter" if format == "plain" else "core.logs.JsonFormatter"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": formatter}},
        "filters": {"no_probes": {"()": "core.logs.NoProbes"}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "formatter": "ours",
                "stream": "ext://sys.stdout",
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            # Whoever scans the internet comes by address, or with a name that is not ours.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "django": {"handlers": [], "propagate": True},
            # RequestLog logs the rest
            "django.request": {"level": "ERROR", "filters": ["no_probes"]},
            "django.server": {"handlers": [], "propagate": True},
            "wagtail": {"level": "WARNING"},  # at INFO it reports each page that is published
            "django_tasks": {"level": "WARNING"},
            "gunicorn.error": {"handlers": [], "propagate": True, "level": level},
            "gunicorn.access": {"handlers": [], "propagate": False},
        },
    }


def configure(arguments):
    """Django's LOGGING_CONFIG: LOGGING holds the arguments of `config`."""
    logging.config.dictConfig(config(**arguments))
