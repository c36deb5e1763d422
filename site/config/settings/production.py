"""Production. Missing and malformed settings stop the boot, with one line that names them all."""

from config import env

env.require("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", "REDIS_URL", "MAIL_PROVIDER")
env.require("MAIL_FROM", "MOLLIE_API_KEY", "MOLLIE_WEBHOOK_SECRET")

from .base import *  # noqa: E402  (missing settings have to be reported before base reads them)

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.items("SECRET_KEY_FALLBACKS")  # the old key, while its links must work
if SECRET_KEY and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5):
    env.problem("SECRET_KEY", "must be at least 50 random characters")
if MAIL_PROVIDER == "console" and env.text("MAIL_PROVIDER"):
    env.problem("MAIL_PROVIDER", "must be a provider that sends, not console")
if env.text("SITE_URL") and not SITE_URL.startswith("https://"):
    env.problem("SITE_URL", "must start with https://")
if MOLLIE_API_KEY and not MOLLIE_API_KEY.startswith("live_"):
    env.problem("MOLLIE_API_KEY", "must be a live_ key: with any other no money comes in")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # frames: the preview panel of the CMS shows pages of the same origin
    "security.W021",  # HSTS preload cannot be undone: the owner of the domain decides
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", True)

STORAGES = STORAGES | HASHED_STATIC_FILES

env.stop_if_problems()
