from django.conf import settings
from django.core.checks import Error, register
from django.utils.translation import gettext as _

from core import files, still_missing
from courses import gateways
from courses.models import Upload
from courses.values.storage import private_storage

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


files.register(private_storage, lambda: files.newest_name(Upload.objects.all()))
