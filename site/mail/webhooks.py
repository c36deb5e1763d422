"""The mail provider tells what became of a mail: `/webhooks/mail/<provider>/tracking/`.

anymail checks the secret (and the signature, where a provider signs) and reads the many dialects;
what it understands goes into the trail of the mail.
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

# What a body that is not what it should be makes of the parsers of anymail.
GARBAGE = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)


class Strict:
    """A report that cannot be read is refused with 400: to deliver it again would not help."""

    def run_validators(self, request):
        _refuse_garbage(super().run_validators, request)

    def parse_events(self, request):
        return _refuse_garbage(super().parse_events, request)


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
    """Only the provider that sends our mail may report, and only with a secret agreed."""
    secret = settings.ANYMAIL.get("WEBHOOK_SECRET")
    if provider != settings.MAIL_PROVIDER or provider not in VIEWS or not secret:
        raise Http404
    return VIEWS[provider].as_view()(request)
