from django.conf import settings
from django.core.checks import Error, register

from courses import gateways


@register()
def payments_are_real(app_configs, **kwargs):
    known = settings.PAYMENT_GATEWAY in gateways.NAMES
    if known and (settings.PAYMENT_GATEWAY != "pretend_bank" or gateways.may_pretend()):
        return []
    message = f"PAYMENT_GATEWAY {settings.PAYMENT_GATEWAY!r} takes no money: set MOLLIE_API_KEY."
    return [Error(message, id="courses.E002")]
