"""Settings that hold everywhere. dev, test and production only say what differs."""

import re

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env, mail_providers

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
    "core.middleware.Headers",
    "csp.middleware.CSPMiddleware",
    "core.middleware.AdminContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "core.health.Health",  # before everything that looks at the host, the session or the language
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.LanguageFromPath",
    "core.middleware.NullCharacters",
    "core.middleware.Maintenance",
    "core.once.OncePerRequest",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.middleware.OwnOrigin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.StaffSession",
    "core.middleware.SecondFactor",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
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

SITE_URL = env.origin("SITE_URL", "http://localhost:8000")  # every absolute link starts with it
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
TRUST_PROXY = env.flag("TRUST_PROXY")  # only behind a proxy that overwrites both headers below
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUST_PROXY else 0
MAINTENANCE = env.flag("MAINTENANCE")
LOCAL_INSTALLATION = False  # only dev is; it allows what would be a hole anywhere else

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
            " PRAGMA secure_delete=ON;"  # what was forgotten is not in the file either
        ),
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {
        "connect_timeout": 3,
        # lock_timeout leaves room for a full class: 500 people may wait for one row of seats.
        "options": (
            "-c statement_timeout=15s -c lock_timeout=10s"
            " -c idle_in_transaction_session_timeout=30s"
            " -c jit=off"  # our queries are short: compiling one takes longer than running it
        ),
    }

REDIS_URL = env.redis("REDIS_URL")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "core.cache.TolerantRedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Wagtail's own jobs (search and reference index) run at once: a published page is found at once.
# Everything of our own that happens later is the worker's, see core.periodic.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# --- Languages and time --------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
OPEN_GRAPH_LOCALES = {"en": "en_GB"}  # where it is not the obvious country
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
if DEEPL_API_KEY := env.text("DEEPL_API_KEY"):  # without it every translation is a person's
    WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "wagtail_localize.machine_translators.deepl.DeepLTranslator",
        "OPTIONS": {"AUTH_KEY": DEEPL_API_KEY, "TIMEOUT": 10},
    }
# Ours first; then what packages say to staff in words that are not ours.
LOCALE_PATHS = [SITE_DIR / "locale", SITE_DIR / "package_words" / "locale"]
FORMAT_MODULE_PATH = "config.formats"  # dates as the British write them
TIME_ZONE = "Europe/Amsterdam"
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
USE_TZ = True

# --- Files ---------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [SITE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_URL = "media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
PRIVATE_ROOT = env.path("PRIVATE_ROOT", VAR_DIR / "private")  # what participants send in
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long page in the CMS has thousands of fields
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Mail ----------------------------------------------------------------------------------

MAIL_PROVIDER = env.text("MAIL_PROVIDER", "console")
MAIL_FOLDER = VAR_DIR / "mail"
MAIL_FROM = env.text("MAIL_FROM", "Runningtherapie <site@localhost>")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
EMAIL_TIMEOUT = 10
MAIL_LEASE_SECONDS = 120  # a mail that a dead worker had in hand is sent again after this
MAIL_BODY_DAYS = 90  # after this the text of a mail is removed; that it was sent stays known
JOB_LEASE_SECONDS = 30  # a job of a dead worker is started again after this, see core.periodic
_mail = mail_providers.settings_for(MAIL_PROVIDER)
EMAIL_BACKEND = _mail.get("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST = _mail.get("EMAIL_HOST", "localhost")
EMAIL_PORT = _mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
ANYMAIL = {
    "REQUESTS_TIMEOUT": (3, 10),
    "WEBHOOK_SECRET": env.items("MAIL_WEBHOOK_SECRET"),
    # Nobody is followed: no pixel, no rewritten link.
    "SEND_DEFAULTS": {"track_opens": False, "track_clicks": False},
    **_mail.get("ANYMAIL", {}),
}

# --- Payments ------------------------------------------------------------------------------

MOLLIE_API_KEY = env.text("MOLLIE_API_KEY")
MOLLIE_API_URL = env.api("MOLLIE_API_URL")
MOLLIE_WEBHOOK_SECRET = env.text("MOLLIE_WEBHOOK_SECRET")
if MOLLIE_WEBHOOK_SECRET and not re.fullmatch(r"[A-Za-z0-9_-]{32,}", MOLLIE_WEBHOOK_SECRET):
    env.problem("MOLLIE_WEBHOOK_SECRET", "must be at least 32 letters, digits, - or _")
MOLLIE_TIMEOUT = 5  # seconds for one answer; twice as long for all that one payment asks for
PAYMENT_GATEWAY = "mollie" if MOLLIE_API_KEY else ""  # see courses.gateways
PRETEND_BANK_FOLDER = VAR_DIR / "pretend_bank"

# --- Who may come in -----------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
ACCOUNT_ADAPTER = "core.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "core.account_forms.LoginForm"}
MFA_FORMS = {
    "add_webauthn": "core.account_forms.AddKeyForm",
    "edit_webauthn": "core.account_forms.RenameKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = True  # not until the browser closes: the ages below decide
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Runningtherapie"
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", False)

SESSION_COOKIE_AGE = 12 * 60 * 60  # also the longest that one login lasts
STAFF_IDLE_SECONDS = 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # not Strict: people return from the bank
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True

# --- What browsers may do ------------------------------------------------------------------

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the CMS shows pages in its preview panel
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [SELF],
        # A page with a video adds frame-src, see core.middleware.
    }
}
# Inside the CMS only: without inline code InlinePanel's "Add" does nothing.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "frame-src": [SELF],
}

# --- Wagtail -------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Runningtherapie"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILIMAGES_IMAGE_MODEL = "core.SiteImage"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]  # no svg: it can hold code
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES = ["application/pdf"]
WAGTAILEMBEDS_FINDERS = []  # nothing is asked of a third party
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "nl_site"}
}
# As staff type them: the date picker takes what it does not understand for today.
WAGTAIL_DATE_FORMAT = "%d-%m-%Y"
WAGTAIL_DATETIME_FORMAT = "%d-%m-%Y %H:%M"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # passwords are changed under /account/
WAGTAIL_PASSWORD_RESET_ENABLED = False

# Whether the worker asks other sites if what we link to is still there, see core.broken_links.
CHECK_LINKS = env.flag("CHECK_LINKS", True)
LINKS_MAY_LEAD_TO_THIS_MACHINE = False  # only a test may ask an address inside

# --- Logs ----------------------------------------------------------------------------------

LOGGING_CONFIG = "core.logs.configure"
LOGGING = {"format": env.text("LOG_FORMAT", "json"), "level": env.text("LOG_LEVEL", "INFO")}
