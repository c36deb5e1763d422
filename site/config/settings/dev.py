"""For a developer's machine: `make run` and `manage.py` use these."""

from config import env

from .base import *

SECRET_KEY = env.text("SECRET_KEY", "for-this-machine-only-never-used-in-production-" + "x" * 16)
DEBUG = env.flag("DEBUG")  # off by default, so that developers see the real error pages
LOCAL_INSTALLATION = True

WHITENOISE_USE_FINDERS = True  # no collectstatic needed
WHITENOISE_AUTOREFRESH = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # localhost has no https
CHECK_LINKS = env.flag("CHECK_LINKS")  # no requests to other sites unless asked for
LOGGING = LOGGING | {"format": env.text("LOG_FORMAT", "plain")}

if MOLLIE_API_KEY and not MOLLIE_API_KEY.startswith("test_"):
    env.problem("MOLLIE_API_KEY", "must be a test_ key here: no real money outside production")
PAYMENT_GATEWAY = PAYMENT_GATEWAY or "pretend_bank"

env.stop_if_problems()
