"""Money that came in while there was no place is used for the next one, or goes back."""

import pytest

from courses.domain import (
    cancellations,
    choices,
    go_no_go,
    holds,
    moves,
    refunds,
)
from courses.models import Refund, SignUp
from courses.reading import events
from mail.models import OutgoingMail
from tests import factories
from tests.courses.domain.agreeing import papers, unsettled
from tests.courses.domain.paying import PRICE, begin, lapse, pay, refunds_of, state

pytestmark = pytest.mark.usefixtures("invariants_hold")


def called_off_and_paid(fake_mollie, event, office):
    sign_up = factories.sign_up(event)
    payment = begin(sign_up)
    if event.roster.state != "called_off":
        go_no_go.call_off(sign_up.roster, by=office)
    pay(fake_mollie, payment)
    return SignUp.objects.get(pk=sign_up.pk)


def test_money_after_a_no_go_is_used_on_the_date_that_is_chosen(
    fake_mollie, event, office, mails_about
):
    other = factories.event(event.course, parts=[factories.part(80)])
    begun = [factories.sign_up(event) for _person in range(2)]
    attempts = [begin(person) for person in begun]
    go_no_go.call_off(event.roster, by=office)
    for payment in attempts:
        pay(fake_mollie, payment)
    sign_up, neighbour = (SignUp.objects.get(pk=person.pk) for person in begun)
    assert "hebt nog niets betaald" not in choices.in_words(sign_up)

    choices.choose_date(sign_up, other.roster)

    assert state(sign_up) == "confirmed"
    assert refunds_of(sign_up) == [("no_seat", "replaced", PRICE)]
    assert papers(sign_up) == [("invoice", PRICE)]
    assert mails_about(sign_up)[-2:] == ["confirmed", "office_change"]
    assert unsettled() == []
    assert (state(neighbour), refunds_of(neighbour)) == (
        "awaiting_payment",
        [("no_seat", "due", PRICE)],
    )


def test_money_after_a_no_go_goes_back_with_the_rest_when_the_person_stops(
    fake_mollie, event, office
):
    sign_up = called_off_and_paid(fake_mollie, event, office)

    with pytest.raises(cancellations.StaleQuoteError):
        cancellations.cancel_called_off(sign_up, expected_cents=0)
    cancellations.cancel_called_off(sign_up, expected_cents=PRICE)

    assert refunds_of(sign_up) == [("no_seat", "queued", PRICE)]
    assert "1.195" in OutgoingMail.objects.get(kind="cancelled").body_text


def test_money_after_a_no_go_is_used_when_the_date_is_planned_again(fake_mollie, event, office):
    sign_up = called_off_and_paid(fake_mollie, event, office)

    go_no_go.take_back(sign_up.roster, by=office)

    assert state(sign_up) == "confirmed"
    assert refunds_of(sign_up) == [("no_seat", "replaced", PRICE)]


def test_money_that_is_on_its_way_back_is_not_used(fake_mollie, event, office):
    other = factories.event(event.course, parts=[factories.part(80)])
    sign_up = called_off_and_paid(fake_mollie, event, office)
    refunds.pay_back(Refund.objects.get(), by=office)

    choices.choose_date(sign_up, other.roster)

    assert state(sign_up) == "awaiting_payment"
    assert refunds_of(sign_up) == [("no_seat", "queued", PRICE)]


def test_money_for_another_price_is_not_used(fake_mollie, event, office):
    dearer = factories.event(event.course, parts=[factories.part(80)], price_cents=130000)
    sign_up = called_off_and_paid(fake_mollie, event, office)

    moves.move(sign_up, dearer.roster, by=office, price_cents=130000)

    assert state(sign_up) == "awaiting_payment"
    assert refunds_of(sign_up) == [("no_seat", "due", PRICE)]


def test_money_that_came_when_all_was_full_is_used_when_the_place_comes_back(
    fake_mollie, event, office
):
    sign_up = factories.sign_up(event)
    payment = begin(sign_up)
    lapse(sign_up)
    people = factories.fill(events.of_roster(sign_up.roster))
    pay(fake_mollie, payment)
    assert refunds_of(sign_up) == [("no_seat", "due", PRICE)]
    cancellations.cancel(people[0], by=office)

    holds.revive(SignUp.objects.get(pk=sign_up.pk))

    assert state(sign_up) == "confirmed"
    assert refunds_of(sign_up) == [("no_seat", "replaced", PRICE)]


# --- Withdrawal after attendance ---------------------------------------------------------------
