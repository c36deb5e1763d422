"""Whether mail works: a check for /readyz, and what `manage.py set_up` says is missing."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import health, still_missing
from mail.models import OutgoingMail

LATE = timedelta(minutes=15)


def is_on_time():
    """Whether no unsent mail is older than `LATE`."""
    State = OutgoingMail.State
    waiting = OutgoingMail.objects.filter(state__in=[State.QUEUED, State.SENDING])
    return not waiting.filter(created_at__lt=timezone.now() - LATE).exists()


health.register(
    "mail",
    is_on_time,
    gettext_lazy("Mail does not go out: the oldest waits for more than a quarter of an hour."),
    needs="worker",
)


@still_missing.register
def mail():
    provider = get_connection(settings.MAIL_TRANSPORT)
    try:
        provider.open()
    except Exception as error:
        trouble = type(error).__name__
        yield _("Mail: the server does not accept us (%(error)s).") % {"error": trouble}
    else:
        provider.close()
    if settings.MAIL_PROVIDER not in ("console", "smtp") and not settings.ANYMAIL["WEBHOOK_SECRET"]:
        yield _(
            "Mail: without MAIL_WEBHOOK_SECRET nobody hears that a mail was not delivered. Set it,"
            " and give the provider the address %(address)s."
        ) % {
            "address": f"{settings.SITE_URL}/webhooks/mail/{settings.MAIL_PROVIDER}/tracking/",
        }
