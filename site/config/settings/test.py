"""For pytest. Reads DATABASE_URL and REDIS_URL, so that the suite also runs on PostgreSQL."""

import os

from config import env

env.read_only("DATABASE_URL", "REDIS_URL", "VAR_ROOT")

from .base import *  # noqa: E402  (base reads the environment)

SECRET_KEY = "for-tests-only-" + "x" * 50
DEBUG = False
SITE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # On disk, so that --reuse-db has something to reuse: the migrations take half a minute.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
    # PostgreSQL owes no order to who asks for none; here such a reading comes the wrong way round.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA reverse_unordered_selects=ON;"
else:
    # What a crash of the server would lose, a test does not need.
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"

if REDIS_URL:
    # A database of its own for each process of pytest-xdist: tests empty the cache. Counts down.
    _server, _, _number = REDIS_URL.rpartition("/")
    _process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    REDIS_URL = CACHES["default"]["LOCATION"] = f"{_server}/{int(_number) - _process}"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = VAR_DIR / "test-media"
PRIVATE_ROOT = VAR_DIR / "test-private"
MAIL_FOLDER = VAR_DIR / "test-mail"
PRETEND_BANK_FOLDER = VAR_DIR / "test-bank"
PAYMENT_GATEWAY = "pretend_bank"
CHECK_LINKS = False
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
TESTING = True
LOGGING = {"format": "plain", "level": "WARNING"}
