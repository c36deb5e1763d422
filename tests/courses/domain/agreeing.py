"""Somebody who paid, and what their money and papers say, for the tests of what changes later."""

import pytest

from courses.domain import payments
from courses.models import CourseEventPage, Payment, SignUp
from courses.reading import balance
from tests import factories
from tests.courses.domain.paying import begin, pay


@pytest.fixture
def make_paid(fake_mollie, event):
    """Makes somebody who paid; there is always somebody else who did."""

    def make():
        sign_up = factories.sign_up(event)
        pay(fake_mollie, begin(sign_up))
        sign_up.refresh_from_db()
        return sign_up

    make()
    return make


def unsettled():
    return list(balance.unsettled(SignUp.objects.all()).values_list("pk", flat=True))


def sums(sign_up):
    found = balance.of(sign_up)
    return found.held, found.short, found.over


def papers(sign_up):
    rows = sign_up.invoices.order_by("pk").values_list("kind", "amount_cents")
    return [(kind, cents) for kind, cents in rows]


def charge_back(fake_mollie, sign_up, value=None):
    payment = sign_up.payments.exclude(gateway=Payment.OFFICE).get()
    made = fake_mollie.add_chargeback(payment.reference, value)
    payments.sync(payment)
    return payment, made


def begin_course(event, offset=0):
    page = CourseEventPage.objects.get(pk=event.facts.pk)
    first, *others = page.parts.all()
    first.first_day = first.last_day = factories.day(offset)
    page.parts = [first, *others]
    page.save_revision().publish()
