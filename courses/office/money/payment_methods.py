"""How somebody paid, in words for the office."""

from django.utils.translation import gettext_lazy as _

from courses.models import Payment

LABELS = {
    Payment.OFFICE: _("at the bank, seen by the office"),
    "mollie": "Mollie",
    "pretend_bank": _("practice bank"),
}


def in_words(payment):
    return str(LABELS.get(payment.gateway, payment.gateway))
