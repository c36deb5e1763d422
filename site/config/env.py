"""Settings from the environment. Problems are collected and reported together, in one line.

A reader returns a value of the right type even when it reports a problem, so that the settings that
build on it can still be read and all problems are found in one go.
"""

import contextlib
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ

BASE_DIR = Path(__file__).resolve().parents[2]
LOOPBACK = ("127.0.0.1", "::1", "localhost")
STOP_CODE = 3  # gunicorn gives up at this exit code; at any other it restarts its workers for ever

_problems = {}
_only = None


def read_env_file():
    """Load .env, or the file that ENV_FILE names. Variables that are set already win."""
    path = Path(os.environ.get("ENV_FILE") or BASE_DIR / ".env")
    if path.is_file():
        environ.Env.read_env(path)


def problem(name, what):
    """Report that variable `name` `what`, such as “is missing”. Only the first problem counts."""
    _problems.setdefault(name, what)


def stop_if_problems():
    """End the process if anything was reported: one line on stderr, exit code STOP_CODE.

    The line names variables and never quotes a value, which may be a secret.
    """
    if _problems:
        found = "; ".join(f"{name} {what}" for name, what in _problems.items())
        print(f"Cannot start, settings: {found}. See .env.example.", file=sys.stderr)
        raise SystemExit(STOP_CODE)


def require(*names):
    for name in names:
        if not text(name):
            problem(name, "is missing")


def read_only(*names):
    """Treat every other variable as unset: tests must not find a real key or provider."""
    global _only
    _only = names


def text(name, default=""):
    """The stripped value; an empty variable counts as unset."""
    if _only is not None and name not in _only:
        return default
    return os.environ.get(name, "").strip() or default


def secret(name):
    """As `text`; else what is in the file that <name>_FILE names."""
    value, file = text(name), text(f"{name}_FILE")
    if value or not file:
        return value
    try:
        return Path(file).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        problem(f"{name}_FILE", "must name a file that can be read")
        return ""


def items(name, default=()):
    return [item.strip() for item in text(name).split(",") if item.strip()] or list(default)


def flag(name, default=False):
    value = text(name).lower()
    if value not in ("", "0", "1", "false", "true", "no", "yes", "off", "on"):
        problem(name, "must be 1 or 0")
    return value in ("1", "true", "yes", "on") if value else default


def number(name, default):
    value = text(name, str(default))
    if not value.isdigit():
        problem(name, "must be a whole number")
        return default
    return int(value)


def path(name, default):
    return Path(text(name, str(default))).expanduser()


def origin(name, default):
    """An address such as https://example.nl: scheme and host, without path or trailing slash."""
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and parts.hostname
        good = good and (parts.port or 1) and not parts.path + parts.query + parts.fragment
    except ValueError:
        good = False
    if not good:
        problem(name, "must be an address like https://www.example.nl")
        return default
    return value


def api(name):
    """The address of an external API, "" for its usual one. Our key is sent to it, hence https."""
    if not text(name):
        return ""
    value = origin(name, "")
    if value.startswith("http://") and urlsplit(value).hostname not in LOOPBACK:
        problem(name, "must start with https:// unless it is on this machine")
    return value


def hosts(name, default):
    """Exact host names: with a wildcard, a forged Host header could get into our links."""
    found = items(name, default)
    if any("*" in host or "/" in host or host.startswith(".") for host in found):
        problem(name, "must list exact host names, without * or a leading dot or an address")
    return found


def database(name, default):
    value = text(name, default)
    config = {}
    if urlsplit(value).scheme in ("sqlite", "postgres", "postgresql"):
        with contextlib.suppress(ValueError):
            config = environ.Env.db_url_config(value)
    if not config.get("NAME"):
        problem(name, "must be like postgres://user:password@host:5432/name")
        return environ.Env.db_url_config(default)
    return config


def redis(name):
    value = text(name)
    if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        problem(name, "must be like redis://host:6379/0")
    return value
