from datetime import timedelta

from django.conf import settings
from django.core.checks import Error, register
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import files, health, still_missing
from courses import gateways
from courses.domain.payments import still_open
from courses.models import Payment, Upload
from courses.values.storage import private_storage

PAYMENTS_LATE = timedelta(minutes=15)  # the job asks every other minute
NOBODYS_PAYMENT = "tr_isThisKeyKnown"


@register()
def payments_are_real(app_configs, **kwargs):
    known = settings.PAYMENT_GATEWAY in gateways.NAMES
    if known and (settings.PAYMENT_GATEWAY != "pretend_bank" or gateways.may_pretend()):
        return []
    message = f"PAYMENT_GATEWAY {settings.PAYMENT_GATEWAY!r} takes no money: set MOLLIE_API_KEY."
    return [Error(message, id="courses.E002")]


@still_missing.register
def payments():
    """Whether the provider accepts our key: then it says that it does not know this payment."""
    try:
        gateways.current().fetch(NOBODYS_PAYMENT)
    except gateways.UnknownPaymentError:
        return
    except gateways.GatewayError as trouble:
        yield _("Payments: the provider does not accept us (%(trouble)s).") % {"trouble": trouble}


def payments_are_known(now=None):
    """Whether the provider told lately how every payment stands by which money may come in."""
    before = (now or timezone.now()) - PAYMENTS_LATE
    unknown = Q(checked_at=None, created_at__lt=before) | Q(checked_at__lt=before)
    rows = still_open(now).exclude(reference="").exclude(gateway=Payment.OFFICE)
    return not rows.filter(unknown).exists()


health.register(
    "payments",
    payments_are_known,
    gettext_lazy(
        "The payment provider did not tell for a quarter of an hour how payments stand. Nobody is"
        " confirmed who paid since."
    ),
    needs="jobs",
)
files.register(private_storage, lambda: files.newest_name(Upload.objects.all()))
