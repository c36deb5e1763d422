"""For pytest. DATABASE_URL and REDIS_URL are read, so that the suite also runs on PostgreSQL."""

import os

from config import env

env.read_only("DATABASE_URL", "REDIS_URL", "VAR_ROOT")

from .base import *  # noqa: E402  (base reads the environment)

SECRET_KEY = "for-tests-only-" + "x" * 50
DEBUG = False
SITE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that --reuse-db can reuse it: the migrations take half a minute.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
    # PostgreSQL promises no order to a query that asks for none; here such a query is reversed.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA reverse_unordered_selects=ON;"
else:
    # A test can afford to lose what a crash of the server would lose.
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"

if REDIS_URL:
    # Each process of pytest-xdist gets a Redis database of its own, counting down from the given
    # one: tests empty the cache.
    _server, _, _number = REDIS_URL.rpartition("/")
    _process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    REDIS_URL = CACHES["default"]["LOCATION"] = f"{_server}/{int(_number) - _process}"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = VAR_DIR / "test-media"
PRIVATE_ROOT = VAR_DIR / "test-private"
SHARE_PICTURES_ROOT = VAR_DIR / "test-share-pictures"
MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
MAIL_FOLDER = VAR_DIR / "test-mail"
BACKUP_ROOT = VAR_DIR / "test-backups"
ERASURES_FILE = BACKUP_ROOT / "erasures.jsonl"
PRETEND_BANK_FOLDER = VAR_DIR / "test-bank"
PAYMENT_GATEWAY = "pretend_bank"
CHECK_LINKS = False
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
CHANGES_ASKED_EVERY = float("inf")  # no query at a moment of its own: a change is known anyway
TESTING = True
LOGGING = {"format": "plain", "level": "WARNING"}
