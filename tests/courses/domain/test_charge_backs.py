"""Money that a bank takes back, or that goes back at the provider, ends with papers that agree."""

import pytest

from courses.domain import (
    cancellations,
    invariants,
    payments,
    refunds,
    settling,
)
from mail.models import OutgoingMail
from tests.courses.domain.agreeing import charge_back, papers, sums, unsettled
from tests.courses.domain.paying import PRICE, refunds_of, state

pytestmark = pytest.mark.usefixtures("invariants_hold")


def test_a_charge_back_is_told_in_its_own_words_and_waits_for_the_office(
    fake_mollie, make_paid, mails_about
):
    sign_up = make_paid()

    payment, _made = charge_back(fake_mollie, sign_up)
    payments.sync(payment)

    assert (state(sign_up), sums(sign_up)) == ("confirmed", (0, PRICE, 0))
    assert unsettled() == [sign_up.pk]
    assert mails_about(sign_up).count("office_charged_back") == 1
    mail = OutgoingMail.objects.get(kind="office_charged_back")
    assert mail.subject.startswith("Teruggehaald door de bank")
    assert "1.195" in mail.body_text


def test_a_charge_back_that_is_reversed_closes_again(fake_mollie, make_paid, mails_about):
    sign_up = make_paid()
    payment, made = charge_back(fake_mollie, sign_up)
    fake_mollie.reverse_chargeback(made)

    payments.sync(payment)

    assert (sums(sign_up), unsettled()) == ((PRICE, 0, 0), [])
    assert mails_about(sign_up)[-1] == "office_charge_back_reversed"


def test_a_charge_back_that_is_repeated_is_told_again(fake_mollie, make_paid, mails_about):
    sign_up = make_paid()
    payment, made = charge_back(fake_mollie, sign_up)
    fake_mollie.reverse_chargeback(made)
    payments.sync(payment)

    charge_back(fake_mollie, sign_up)

    assert sums(sign_up) == (0, PRICE, 0)
    assert mails_about(sign_up).count("office_charged_back") == 2


def test_the_rest_that_came_in_closes_it_and_reversing_then_gives_too_much(
    fake_mollie, make_paid, office
):
    sign_up = make_paid()
    payment, made = charge_back(fake_mollie, sign_up)
    with pytest.raises(settling.StaleBalanceError):
        settling.record_rest(sign_up, by=office, cents=PRICE - 1)

    settling.record_rest(sign_up, by=office, cents=PRICE)
    assert (sums(sign_up), unsettled()) == ((PRICE, 0, 0), [])
    assert list(invariants.violations()) == []
    with pytest.raises(settling.StaleBalanceError):
        settling.record_rest(sign_up, by=office, cents=PRICE)

    fake_mollie.reverse_chargeback(made)
    payments.sync(payment)
    assert (sums(sign_up), unsettled()) == ((2 * PRICE, 0, PRICE), [sign_up.pk])

    settling.pay_rest(sign_up, by=office, cents=PRICE)
    assert unsettled() == []
    assert [row[1:] for row in refunds_of(sign_up)] == [("due", PRICE)]


def test_crediting_the_rest_closes_it(fake_mollie, make_paid, office):
    sign_up = make_paid()
    charge_back(fake_mollie, sign_up, "200.00")

    settling.credit_rest(sign_up, by=office, cents=20000)

    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", 20000)]
    assert (sums(sign_up), unsettled()) == ((PRICE - 20000, 0, 0), [])
    assert state(sign_up) == "confirmed"


def test_cancelling_after_a_charge_back_credits_all_and_gives_nothing_back(
    fake_mollie, make_paid, office
):
    sign_up = make_paid()
    charge_back(fake_mollie, sign_up)

    cancellations.cancel(sign_up, by=office, back_cents=PRICE)

    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", PRICE)]
    assert (refunds_of(sign_up), unsettled()) == ([], [])


def test_a_charge_back_stops_a_refund_that_is_not_with_the_provider_yet(
    fake_mollie, make_paid, office
):
    sign_up = make_paid()
    cancellations.cancel(sign_up, by=office, back_cents=PRICE)

    payment, made = charge_back(fake_mollie, sign_up)
    refunds.send_queued()

    assert refunds_of(sign_up) == [("office", "replaced", PRICE)]
    assert fake_mollie.ledger.refunds == {}
    assert (sums(sign_up), unsettled()) == ((0, 0, 0), [])
    fake_mollie.reverse_chargeback(made)
    payments.sync(payment)
    assert (sums(sign_up), unsettled()) == ((PRICE, 0, PRICE), [sign_up.pk])
    settling.pay_rest(sign_up, by=office, cents=PRICE)
    assert unsettled() == []


# --- Made at the provider ----------------------------------------------------------------------


def test_a_refund_made_at_the_provider_is_to_be_credited(fake_mollie, make_paid, office):
    sign_up = make_paid()
    payment = sign_up.payments.get()
    fake_mollie.add_refund(payment.reference, "500.00")
    payments.sync(payment)
    assert (sums(sign_up), unsettled()) == ((69500, 50000, 0), [sign_up.pk])

    settling.credit_rest(sign_up, by=office, cents=50000)

    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", 50000)]
    assert unsettled() == []


def test_the_person_is_not_promised_what_went_back_at_the_provider_before(fake_mollie, make_paid):
    sign_up = make_paid()
    fake_mollie.add_refund(sign_up.payments.get().reference, "500.00")

    with pytest.raises(cancellations.StaleQuoteError):
        cancellations.cancel_by_person(sign_up, expected_cents=PRICE)

    assert state(sign_up) == "confirmed"
    cancellations.cancel_by_person(sign_up, expected_cents=69500)
    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", PRICE)]


def test_a_provider_that_is_away_keeps_nobody_from_cancelling(fake_mollie, make_paid):
    sign_up = make_paid()
    fake_mollie.fail("*", status=500, times=50)

    cancellations.cancel_by_person(sign_up, expected_cents=PRICE)

    assert refunds_of(sign_up) == [("cancelled", "queued", PRICE)]


# --- Money that came in while there was no place -----------------------------------------------
