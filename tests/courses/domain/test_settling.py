"""Money that changes later: each way ends with money, place and papers that agree."""

import datetime

import pytest
from django.utils import timezone

from courses.domain import (
    invoices,
    payments,
    refunds,
    settling,
)
from courses.domain.transitions import WrongStateError
from courses.models import Invoice, SignUp
from courses.reading import balance
from tests import factories
from tests.courses.domain.agreeing import begin_course, charge_back, papers, sums, unsettled
from tests.courses.domain.paying import PRICE, state

pytestmark = pytest.mark.usefixtures("invariants_hold")


def test_what_is_paid_closes_and_what_waits_is_no_concern(fake_mollie, make_paid, event):
    waiting, settled = factories.sign_up(event), make_paid()

    assert balance.of(settled) == balance.Balance(
        came_in=PRICE,
        charged_back=0,
        back=0,
        undecided=0,
        kept=0,
        invoiced=PRICE,
        credited=0,
    )
    assert balance.of(settled).closes
    assert sums(waiting) == (0, 0, 0)
    assert unsettled() == []


def test_fetched_with_its_sums_a_balance_takes_no_query(
    make_paid, django_assert_num_queries, fake_mollie
):
    settled = make_paid()
    charge_back(fake_mollie, settled, "200.00")
    [row] = balance.with_sums(SignUp.objects.filter(pk=settled.pk))

    with django_assert_num_queries(0):
        assert balance.of(row).short == 20000
    assert balance.of(settled) == balance.of(row)


def test_an_invoice_that_is_still_to_be_paid_is_not_unsettled(event, office):
    sign_up = factories.sign_up(event, factories.somebody(buyer=factories.buyer()))
    invoices.issue(sign_up, due_on=timezone.localdate())

    assert sums(sign_up) == (0, PRICE, 0)
    assert unsettled() == []


# --- Taken back by the bank --------------------------------------------------------------------


def test_a_payment_recorded_by_mistake_is_taken_back(event, office, mails_about, history):
    sign_up, neighbour = (
        payments.record(factories.sign_up(event), by=office) for _person in range(2)
    )

    settling.take_back(sign_up, by=office, reason="Verkeerde regel")

    sign_up.refresh_from_db()
    assert (sign_up.state, sign_up.paid_at) == ("awaiting_payment", None)
    assert sign_up.hold_until > timezone.now() + datetime.timedelta(days=1)
    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", PRICE)]
    assert mails_about(sign_up)[-1] == "payment_taken_back"
    change = sign_up.changes.last()
    assert (change.by, change.reason) == (office, "Verkeerde regel")
    assert (sums(sign_up), unsettled()) == ((0, 0, 0), [])
    assert state(neighbour) == "confirmed"
    with pytest.raises(WrongStateError):
        settling.take_back(sign_up, by=office, reason="Nog eens")

    payments.record(sign_up, by=office)
    assert mails_about(sign_up).count("confirmed") == 2
    assert papers(sign_up)[-1] == ("invoice", PRICE)
    assert unsettled() == []


def test_an_invoice_with_a_due_date_stands_when_the_payment_is_taken_back(event, office):
    sign_up = factories.sign_up(event, factories.somebody(buyer=factories.buyer()))
    due_on = timezone.localdate() + datetime.timedelta(days=30)
    invoices.issue(sign_up, due_on=due_on)
    payments.record(sign_up, by=office)

    settling.take_back(sign_up, by=office, reason="Verkeerde factuur")

    sign_up.refresh_from_db()
    assert papers(sign_up) == [("invoice", PRICE)]
    assert timezone.localdate(sign_up.hold_until) > due_on


def test_after_the_first_day_the_place_stays_and_the_amount_is_to_be_settled(event, office):
    sign_up = payments.record(factories.sign_up(event), by=office)
    begin_course(event)

    settling.take_back(sign_up, by=office, reason="Verkeerde regel")

    assert (state(sign_up), sums(sign_up)) == ("confirmed", (0, PRICE, 0))
    assert unsettled() == [sign_up.pk]
    settling.record_rest(sign_up, by=office, cents=PRICE)
    assert unsettled() == []


def test_what_came_through_the_provider_or_went_back_cannot_be_taken_back(
    fake_mollie, make_paid, event, office
):
    returned = payments.record(factories.sign_up(event), by=office)
    refunds.create(returned.payments.get(), 100, reason="office", is_due=True)

    for sign_up in (make_paid(), returned, factories.sign_up(event)):
        with pytest.raises(WrongStateError):
            settling.take_back(sign_up, by=office, reason="Zomaar")
    assert Invoice.objects.filter(kind="credit_note").count() == 0
