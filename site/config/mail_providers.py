"""The mail backend and the required settings of each provider that MAIL_PROVIDER can name.

Environment variables have the names of anymail's settings. Each provider also takes
<NAME>_API_URL, for its European region or for a stand-in on this machine.
"""

from . import env

ESPS = {  # name: (anymail's module, required variables, optional variables)
    "brevo": ("brevo", ["BREVO_API_KEY"], []),
    "mailersend": ("mailersend", ["MAILERSEND_API_TOKEN"], ["MAILERSEND_SIGNING_SECRET"]),
    "mailgun": (
        "mailgun",
        ["MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN"],
        ["MAILGUN_WEBHOOK_SIGNING_KEY"],
    ),
    "mailjet": ("mailjet", ["MAILJET_API_KEY", "MAILJET_SECRET_KEY"], []),
    "postmark": ("postmark", ["POSTMARK_SERVER_TOKEN"], []),
    "resend": ("resend", ["RESEND_API_KEY"], ["RESEND_SIGNING_SECRET"]),
    "scaleway": ("scaleway", ["SCALEWAY_SECRET_KEY", "SCALEWAY_PROJECT_ID"], []),
    "sendgrid": ("sendgrid", ["SENDGRID_API_KEY"], []),
    "sparkpost": ("sparkpost", ["SPARKPOST_API_KEY"], []),
}
NAMES = ["console", "smtp", *ESPS]


def settings_for(provider):
    """The Django settings of one provider, as a dict; a missing variable is reported to `env`."""
    if provider == "console":
        return {"MAIL_TRANSPORT": "mail.backends.ConsoleAndFolderBackend"}
    if provider == "smtp":
        return _smtp()
    if provider in ESPS:
        return _esp(provider)
    env.problem("MAIL_PROVIDER", f"must be one of {', '.join(NAMES)}")
    return {}


def _smtp():
    env.require("SMTP_HOST")
    return {
        "MAIL_TRANSPORT": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": env.text("SMTP_HOST"),
        "EMAIL_PORT": env.number("SMTP_PORT", 587),
        "EMAIL_HOST_USER": env.text("SMTP_USER"),
        "EMAIL_HOST_PASSWORD": env.text("SMTP_PASSWORD"),
        "EMAIL_USE_TLS": env.flag("SMTP_STARTTLS", True),
    }


def _esp(provider):
    module, required, optional = ESPS[provider]
    env.require(*required)
    names = [*required, *optional, f"{provider.upper()}_API_URL"]
    return {
        "MAIL_TRANSPORT": f"anymail.backends.{module}.EmailBackend",
        "ANYMAIL": {name: env.text(name) for name in names if env.text(name)},
    }
