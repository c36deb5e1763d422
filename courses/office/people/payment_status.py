"""Whether and how a sign-up was paid, in words.

The sign-ups must have been fetched with LOADS["payments"] of `fields`.
"""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.models import Payment
from courses.reading import balance


def in_words(sign_up):
    """(tone, words): paid, still to pay, or paid back."""
    found = balance.of(sign_up)
    if found.undecided:
        return "action", _("Refund to decide")
    if found.short and sign_up.state not in sign_up.HELD:
        is_taken = found.charged_back > 0
        return "action", _("Taken back by the bank") if is_taken else _("Not paid in full")
    if found.over:
        return "action", _("Too much received")
    if found.back:
        return "over", _("Paid back") if found.back >= found.came_in else _("Partly paid back")
    if found.charged_back and found.held <= 0:
        return "over", _("Taken back by the bank, credited")
    if found.came_in:
        return "good", _("Paid")
    return _unpaid(sign_up)


def _unpaid(sign_up):
    if not sign_up.is_live:
        return "over", _("Not paid")
    if sign_up.paid_at:  # from before payments were written down, or taken back since
        return ("good", _("Paid")) if not sign_up.invoices.all() else ("over", _("Credited"))
    if sign_up.price_cents is None:
        return "action", _("Price not known yet")
    if sign_up.price_cents == 0:
        return "good", _("Nothing to pay")
    due_on = _due_on(sign_up)
    if due_on is None:
        return "waiting", _("Not paid yet")
    if due_on < timezone.localdate():
        return "action", _("Not paid in time")
    return "waiting", _("To pay before %(day)s") % {"day": date_format(due_on, "j b Y")}


def method(sign_up):
    """How the person paid, or will pay if an invoice was chosen."""
    paid = max(sign_up.payments.all(), key=lambda payment: payment.pk, default=None)
    if paid is None:
        return _("invoice") if not sign_up.paid_at and _due_on(sign_up) else ""
    if paid.gateway == Payment.OFFICE:
        return _("bank transfer")
    return sign_up.online


def _due_on(sign_up):
    last = max(sign_up.invoices.all(), key=lambda invoice: invoice.pk, default=None)
    return last and last.due_on
