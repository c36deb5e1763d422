"""How staff log in, and what browsers may do. Imported by base."""

from csp.constants import NONE, SELF

from config import env

# --- Logging in ----------------------------------------------------------------------------

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
# Of one account only so many that nobody locks its owner out, and guessing leads nowhere.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/ip,100/1h/key"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # else strangers let the site mail whomever they like
ACCOUNT_SESSION_REMEMBER = True  # a session outlives its browser window; the limits below end it
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up here: an account is made by the owner
MFA_TOTP_ISSUER = "Runningtherapie"
OWNER_EMAIL = env.text("OWNER_EMAIL")  # whose account set_up makes while there is no owner
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", False)

SESSION_COOKIE_AGE = 12 * 60 * 60  # no login lasts longer than this
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
# In the CMS only: without inline code, the “Add” button of an InlinePanel does nothing.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "frame-src": [SELF],
}
