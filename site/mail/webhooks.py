"""The mail provider reports what happened to a mail: `/webhooks/mail/<provider>/tracking/`.

anymail checks the secret (and the signature, where a provider signs), parses the report and sends
the signal that `mail.trail` receives.
"""

from anymail.exceptions import AnymailConfigurationError
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404
from django.views.decorators.csrf import csrf_exempt

# What anymail's parsers raise for a malformed body.
GARBAGE = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)
GARBAGE = (*GARBAGE, RecursionError)  # JSON that is nested for ever


class Strict:
    """Refuses a malformed report with 400 rather than an error of ours: a retry would not help."""

    def run_validators(self, request):
        _refuse_garbage(super().run_validators, request)

    def parse_events(self, request):
        return _refuse_garbage(self._parse, request)

    def _parse(self, request):
        events = list(super().parse_events(request))
        for event in events:
            _check_text(event.message_id)
        return events


def _check_text(text):
    """Raises ValueError for what no database can look up, and TypeError for what is no text."""
    if not isinstance(text, (str, int, type(None))):
        raise TypeError
    if b"\0" in str(text).encode():  # a lone surrogate cannot be encoded: a ValueError too
        raise ValueError


def _refuse_garbage(read, request):
    try:
        return read(request)
    except (AnymailConfigurationError, *GARBAGE) as error:
        raise BadRequest("This report of the mail provider cannot be read.") from error


VIEWS = {
    name: type(f"Strict{view.__name__}", (Strict, view), {})
    for name, view in {
        "brevo": BrevoTrackingWebhookView,
        "mailersend": MailerSendTrackingWebhookView,
        "mailgun": MailgunTrackingWebhookView,
        "mailjet": MailjetTrackingWebhookView,
        "postmark": PostmarkTrackingWebhookView,
        "resend": ResendTrackingWebhookView,
        "sendgrid": SendGridTrackingWebhookView,
        "sparkpost": SparkPostTrackingWebhookView,
    }.items()
}


@csrf_exempt
def tracking(request, provider):
    """Accept reports of the provider in use only, and only if a secret is set."""
    secret = settings.ANYMAIL.get("WEBHOOK_SECRET")
    if provider != settings.MAIL_PROVIDER or provider not in VIEWS or not secret:
        raise Http404
    return VIEWS[provider].as_view()(request)
