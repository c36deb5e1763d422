"""Helpers for tests of payments."""

from courses.domain import holds, payments
from courses.models import Refund, SignUp
from mail.models import OutgoingMail

PRICE = 119500


def begin(sign_up):
    return payments.start(sign_up)


def pay(fake_mollie, payment, status="paid"):
    fake_mollie.set_status(payment.reference, status)
    return payments.sync(payment)


def state(sign_up):
    return SignUp.objects.get(pk=sign_up.pk).state


def refunds_of(sign_up):
    rows = Refund.objects.filter(payment__sign_up=sign_up).order_by("pk")
    return [(row.reason, row.state, row.amount_cents) for row in rows]


def office_mails():
    return list(OutgoingMail.objects.filter(kind="office_refund_due").values_list("to", flat=True))


def lapse(sign_up):
    holds.expire(now=sign_up.hold_until)


def stray_at(fake_mollie, status="paid"):
    made = fake_mollie.ledger.create(
        {
            "amount": {"currency": "EUR", "value": "1195.00"},
            "description": "RT21032027 77",
            "redirectUrl": "http://testserver/",
        }
    )
    fake_mollie.set_status(made["id"], status)
    return made["id"]
