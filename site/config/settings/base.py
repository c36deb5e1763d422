"""Settings that hold everywhere. dev, test and production only say what differs.

`security` and `wagtail` hold those of one subject each.
"""

import re

from django.utils.translation import gettext_lazy as _

from config import env, mail_providers

from .security import *
from .wagtail import *

BASE_DIR = env.BASE_DIR
SITE_DIR = BASE_DIR / "site"
VAR_DIR = env.path("VAR_ROOT", BASE_DIR / "var")

# --- What runs -----------------------------------------------------------------------------

INSTALLED_APPS = [
    "core",
    "mail",
    "people",
    "faq",
    "courses",
    "home",
    "search",
    "wagtail_localize",
    "wagtail_localize.locales",  # instead of wagtail.locales: adds the synchronisation of a locale
    "wagtail.contrib.settings",
    "wagtail.contrib.forms",  # only its fields and builder are used; without it they lose their app
    "wagtail.contrib.routable_page",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "core.middleware.RequestLog",
    "core.middleware.UntrustedProxy",
    "core.middleware.Headers",
    "csp.middleware.CSPMiddleware",
    "core.middleware.AdminContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.Methods",
    "core.health.Health",  # before anything that needs the host, the session or the language
    "core.static_files.StaticFiles",
    "core.middleware.LanguageFromPath",
    "core.middleware.NullCharacters",
    "core.middleware.Maintenance",
    "core.once.OncePerRequest",
    "core.site_words.InUse",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.AddSlash",
    "core.middleware.OwnOrigin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.StaffSession",
    "core.middleware.SecondFactor",
    "core.drafts.KeepsDrafts",
    "core.office.publishing.SayWhyNot",
    "core.office.translating.TranslatesOwnPages",
    "core.redirects.Redirects",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
CSRF_FAILURE_VIEW = "core.errors.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# --- Where it is ---------------------------------------------------------------------------

# Every absolute link starts with it.
SITE_URL = WAGTAILADMIN_BASE_URL = env.origin("SITE_URL", "http://localhost:8000")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
TRUST_PROXY = env.flag("TRUST_PROXY")  # only behind a proxy that overwrites both headers below
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUST_PROXY else 0
MAINTENANCE = env.flag("MAINTENANCE")
LOCAL_INSTALLATION = False  # True in dev only: it allows what would be a security hole elsewhere

# --- Data ----------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR}/db.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(parents=True, exist_ok=True)  # SQLite makes the file, never its folder
    DATABASES["default"]["OPTIONS"] = {
        # A transaction that reads first and writes later would fail at once under load.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA secure_delete=ON;"  # removed personal data must not stay in the file
        ),
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {
        "connect_timeout": 3,
        # Whoever reads waits two seconds for a lock; for a place, ten: see courses.domain.rosters.
        "options": (
            "-c statement_timeout=15s -c lock_timeout=2s"
            " -c idle_in_transaction_session_timeout=30s"
            " -c jit=off"  # our queries are short: compiling one takes longer than running it
        ),
    }

REDIS_URL = env.redis("REDIS_URL")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "core.cache.TolerantRedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# What core.once keeps: pickled, so that no two requests share an object.
CACHES["process"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "process",
    "OPTIONS": {"MAX_ENTRIES": 1000},
}
CHANGES_ASKED_EVERY = 0.4  # seconds after which a process asks whether content changed

# Wagtail's own tasks (search and reference index) run at once, so that a published page is found
# at once. Whatever of ours runs later is done by the worker, see core.periodic.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# --- Languages and time --------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
OPEN_GRAPH_LOCALES = {"en": "en_GB"}  # where it is not the obvious country
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "core.pasting.RichTextArea"}}
WAGTAIL_I18N_ENABLED = True
if DEEPL_API_KEY := env.text("DEEPL_API_KEY"):  # without it only people translate
    WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "wagtail_localize.machine_translators.deepl.DeepLTranslator",
        "OPTIONS": {"AUTH_KEY": DEEPL_API_KEY, "TIMEOUT": 10},
    }
# Ours first; then our Dutch for what packages say to staff.
LOCALE_PATHS = [SITE_DIR / "locale", SITE_DIR / "package_words" / "locale"]
FORMAT_MODULE_PATH = "config.formats"  # dates as the British write them
TIME_ZONE = "Europe/Amsterdam"
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
USE_TZ = True

# --- Files ---------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [SITE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "staticfiles")
MEDIA_URL = "media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
PRIVATE_ROOT = env.path("PRIVATE_ROOT", VAR_DIR / "private")  # files that participants upload
SHARE_PICTURES_ROOT = VAR_DIR / "share-pictures"  # made anew when lost
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "courses.values.storage.PrivateStorage",
        "OPTIONS": {"file_permissions_mode": 0o640},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
S3_ENDPOINT_URL, S3_REGION = env.api("S3_ENDPOINT_URL"), env.text("S3_REGION")
S3_ACCESS_KEY, S3_SECRET_KEY = env.text("S3_ACCESS_KEY"), env.text("S3_SECRET_KEY")
if env.text("S3_MEDIA_BUCKET"):
    env.require("S3_PRIVATE_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY")
    if env.text("S3_MEDIA_BUCKET") == env.text("S3_PRIVATE_BUCKET"):
        env.problem("S3_PRIVATE_BUCKET", "must be another bucket than S3_MEDIA_BUCKET")
    for _storage, _bucket in (("default", "Media"), ("private", "Private")):
        STORAGES[_storage] = {
            "BACKEND": f"core.buckets.{_bucket}Bucket",
            "OPTIONS": {"bucket_name": env.text(f"S3_{_bucket.upper()}_BUCKET")},
        }
# In production; it needs collectstatic.
HASHED_STATIC_FILES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
}
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
DISK_MIN_MB = env.number("DISK_MIN_MB", 500)  # with less free, /readyz turns red
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long page in the CMS has thousands of fields
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Mail ----------------------------------------------------------------------------------

MAIL_PROVIDER = env.text("MAIL_PROVIDER", "console")
MAIL_FOLDER = VAR_DIR / "mail"
MAIL_FROM = env.text("MAIL_FROM", "Runningtherapie <site@localhost>")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
EMAIL_TIMEOUT = 10
MAIL_SECONDS = 30  # for one mail in all; the timeout above is for one answer of the mail server
MAIL_LEASE_SECONDS = 120  # after this, a mail that a dead worker was sending is sent again
MAIL_BODY_DAYS = 90  # after this the text of a mail is removed; the record that it was sent stays
JOB_LEASE_SECONDS = 30  # after this, a job of a dead worker is started again, see core.periodic
_mail = mail_providers.settings_for(MAIL_PROVIDER)
EMAIL_BACKEND = "mail.backends.OutboxBackend"  # what packages mail goes through the outbox too
MAIL_TRANSPORT = _mail.get("MAIL_TRANSPORT", "django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST = _mail.get("EMAIL_HOST", "localhost")
EMAIL_PORT = _mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
ANYMAIL = {
    "REQUESTS_TIMEOUT": (3, 10),
    "WEBHOOK_SECRET": env.items("MAIL_WEBHOOK_SECRET"),
    # Nobody is tracked: no pixel, no rewritten link.
    "SEND_DEFAULTS": {"track_opens": False, "track_clicks": False},
    **_mail.get("ANYMAIL", {}),
}

# --- Backups, see core.backups ---------------------------------------------------------------

BACKUP_ROOT = env.path("BACKUP_ROOT", VAR_DIR / "backups")
BACKUP_KEY = env.secret("BACKUP_KEY")  # without it they are not encrypted
if BACKUP_KEY and len(BACKUP_KEY) < 32:
    env.problem("BACKUP_KEY", "must be at least 32 random characters")
BACKUP_DAYS = env.number("BACKUP_DAYS", 30)
BACKUP_MAX_HOURS = env.number("BACKUP_MAX_HOURS", 0)  # when /readyz turns red; 0: it does not
ERASURES_FILE = env.path("ERASURES_FILE", BACKUP_ROOT / "erasures.jsonl")

# --- Payments ------------------------------------------------------------------------------

MOLLIE_API_KEY = env.text("MOLLIE_API_KEY")
MOLLIE_API_URL = env.api("MOLLIE_API_URL")
MOLLIE_WEBHOOK_SECRET = env.text("MOLLIE_WEBHOOK_SECRET")
if MOLLIE_WEBHOOK_SECRET and not re.fullmatch(r"[A-Za-z0-9_-]{32,}", MOLLIE_WEBHOOK_SECRET):
    env.problem("MOLLIE_WEBHOOK_SECRET", "must be at least 32 letters, digits, - or _")
# Seconds for all requests about one payment: while a visitor waits, and in the worker.
MOLLIE_TIMEOUT = 2.5
MOLLIE_JOB_TIMEOUT = 10
PAYMENT_GATEWAY = "mollie" if MOLLIE_API_KEY else ""  # see courses.gateways
PRETEND_BANK_FOLDER = VAR_DIR / "pretend_bank"

# --- Links to other sites ------------------------------------------------------------------

# Whether the worker checks that the pages we link to still exist, see core.broken_links.
CHECK_LINKS = env.flag("CHECK_LINKS", True)
LINKS_MAY_LEAD_TO_THIS_MACHINE = False  # only a test may connect to an internal address

# --- Who hears when something is wrong, see core.faults ---------------------------------------

ADMINS = [(address, address) for address in env.items("ADMINS")]
HEARTBEAT_URL = env.text("HEARTBEAT_URL")
if HEARTBEAT_URL and not HEARTBEAT_URL.startswith(("https://", "http://127.0.0.1:")):
    env.problem("HEARTBEAT_URL", "must start with https://")
SENTRY_DSN = env.text("SENTRY_DSN")
if SENTRY_DSN and not re.fullmatch(r"https?://[^@/]+@[^/]+/.+", SENTRY_DSN):
    env.problem("SENTRY_DSN", "must be like https://key@host/number")

# --- Logs ----------------------------------------------------------------------------------

LOGGING_CONFIG = "core.logs.configure"
LOGGING = {"format": env.text("LOG_FORMAT", "json"), "level": env.text("LOG_LEVEL", "INFO")}
