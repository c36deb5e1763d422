"""Moves to another date: seats, invoice, money and calendar move together, or not at all."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from courses.domain import (
    buyers,
    cancellations,
    certificates,
    changes,
    choices,
    go_no_go,
    invariants,
    invoices,
    moves,
    payments,
    people,
    presence,
    refunds,
    swaps,
)
from courses.domain.seats import NoSeatError
from courses.domain.transitions import WrongStateError
from courses.models import Invoice, Payment, Refund, Roster, SignUp
from courses.reading import seats
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def invariants_hold(request, institute):
    """No test may leave an invariant broken."""
    yield
    assert list(invariants.violations()) == []


def later_date(own, **facts):
    """Another date of the same course."""
    parts = [factories.part(80, 81), factories.part(170, label="Terugkomdag", open_to_alumni=True)]
    return factories.event(own.course, parts=parts, **facts)


def of(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def free(event):
    return [part.free for part in factories.again(event).parts]


def notes(sign_up):
    rows = sign_up.changes.exclude(note="").select_related("by")
    return [(change.note, change.reason, change.by and change.by.username) for change in rows]


def invoices_of(sign_up):
    rows = sign_up.invoices.order_by("sequence")
    return [(row.kind, row.amount_cents, row.facts["code"]) for row in rows]


def back(sign_up):
    return list(
        Refund.objects.filter(payment__sign_up=sign_up).values_list("amount_cents", flat=True)
    )


def paid(event, office, **facts):
    return payments.record(factories.sign_up(event, **facts), by=office)


# --- Seats and mails -----------------------------------------------------------------------


def test_seats_move_and_the_person_gets_a_mail(event, office, mails_about):
    other = later_date(event)
    sign_up = factories.sign_up(event)
    moved = moves.move(sign_up, other.roster, by=office)
    assert moved.roster == other.roster
    assert (free(event), free(other)) == ([24, 24], [23, 23])
    assert notes(moved) == [(f"moved from {event.code} to {other.code}", "", "office")]
    assert mails_about(sign_up) == ["received", "office_sign_up", "swapped"]
    assert moved.calendar_sequence > sign_up.calendar_sequence
    assert of(moved).price_cents == 119500


def test_the_office_is_told_about_a_move_by_the_persons_choice(event, mails_about):
    other = later_date(event)
    moved = moves.move(factories.sign_up(event), other.roster, by=None)
    assert notes(moved) == [(f"moved from {event.code} to {other.code}", "", None)]
    assert mails_about(moved)[-2:] == ["swapped", "office_change"]


def test_people_can_move_from_a_date_that_was_called_off(event, office):
    other = later_date(event)
    sign_up = factories.sign_up(event)
    Roster.objects.filter(pk=event.roster.pk).update(state=Roster.State.CALLED_OFF)
    assert moves.move(sign_up, other.roster, by=None).roster == other.roster


def test_alumni_move_to_the_return_day_of_the_other_date(event, office):
    other = later_date(event)
    sign_up = factories.sign_up(event, factories.somebody(admission="alumni"), kind="alumni")
    assert [found.code for found in moves.choices(sign_up)] == [other.code]
    moves.move(sign_up, other.roster, by=office)
    assert (free(event), free(other)) == ([24, 24], [24, 23])


def test_the_choices_are_the_other_dates_that_have_not_begun(event):
    later_date(event)
    full = factories.event(event.course, parts=[factories.part(90)], capacity=1)
    factories.fill(full)
    factories.event(event.course, parts=[factories.part(0, 40)])
    called_off = factories.event(event.course, parts=[factories.part(95)])
    Roster.objects.filter(pk=called_off.roster.pk).update(state=Roster.State.CALLED_OFF)
    factories.event()  # of another course
    found = moves.choices(factories.sign_up(event))
    assert [other.free_for("course") for other in found] == [24, 0]


def test_a_move_ends_offers_and_fulfils_the_wish(event, office):
    wished = later_date(event)
    sign_up = factories.sign_up(event, factories.somebody(swap_wishes=(wished.roster.pk,)))
    offer = swaps.offer(sign_up, wished.roster, by=office)
    moves.move(sign_up, wished.roster, by=office)
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert list(sign_up.swap_wishes.all()) == []
    assert free(wished) == [23, 23]


# --- Refusals ------------------------------------------------------------------------------


def test_nobody_moves_to_a_full_date_without_a_reason(event, office):
    other = later_date(event, capacity=1)
    factories.fill(other)
    sign_up = factories.sign_up(event)
    with pytest.raises(NoSeatError):
        moves.move(sign_up, other.roster, by=office)
    assert of(sign_up).roster == event.roster
    assert free(event) == [23, 23]


def test_with_a_reason_a_move_can_exceed_the_capacity(event, office):
    other = later_date(event, capacity=1)
    factories.fill(other)
    moved = moves.move(factories.sign_up(event), other.roster, by=office, reason="Komt met collega")
    key = (other.roster.pk, other.parts[0].key)
    assert seats.taken([other.roster])[key] == 2
    assert free(other) == [0, 0]
    assert (f"beyond the capacity of {other.code}", "Komt met collega", "office") in notes(moved)


def test_a_reason_on_a_date_with_room_makes_no_extra_seat(event, office):
    other = later_date(event)
    moved = moves.move(factories.sign_up(event), other.roster, by=office, reason="Voor het geval")
    assert not moved.claims.filter(is_extra=True).exists()


@pytest.mark.parametrize("end", ["cancel", "twice", "begun", "called off"])
def test_a_sign_up_that_cannot_move_stays(event, office, end):
    other = later_date(event)
    filled_in = factories.somebody()
    sign_up = factories.sign_up(event, filled_in)
    error = {"cancel": WrongStateError, "twice": moves.AlreadyThereError}
    if end == "cancel":
        cancellations.cancel(sign_up, by=office)
    elif end == "twice":
        factories.sign_up(other, filled_in)
    elif end == "begun":
        other = factories.event(event.course, parts=[factories.part(0, 3)])
    else:
        Roster.objects.filter(pk=other.roster.pk).update(state=Roster.State.CALLED_OFF)
    with pytest.raises(error.get(end, moves.GoneDateError)):
        moves.move(sign_up, other.roster, by=office)
    assert of(sign_up).roster == event.roster


def test_a_sign_up_with_a_certificate_stays(event, office):
    sign_up = paid(event, office)
    presence.record_days(sign_up, {event.parts[0].first_day})
    certificates.issue(sign_up, by=office)
    with pytest.raises(WrongStateError):
        moves.move(sign_up, later_date(event).roster, by=office)


def test_another_price_than_was_shown_is_refused(event, office):
    other = later_date(event, price_cents=99500)
    with pytest.raises(moves.StalePriceError):
        moves.move(factories.sign_up(event), other.roster, by=office, price_cents=99900)


def test_a_free_place_stays_free_on_another_date(office):
    event = factories.event(price_cents=0)
    other = later_date(event, price_cents=99500)
    sign_up = factories.sign_up(event)
    assert moves.new_price(sign_up, other) is None
    moved = moves.move(sign_up, other.roster, by=office)
    assert (moved.state, moved.price_cents) == ("confirmed", 0)


# --- Money ---------------------------------------------------------------------------------


def test_an_unpaid_sign_up_owes_the_new_price(event, office):
    other = later_date(event, price_cents=99500)
    moved = moves.move(factories.sign_up(event), other.roster, by=office, price_cents=99500)
    assert of(moved).price_cents == 99500
    assert invoices_of(moved) == []
    payments.record(moved, by=office)
    assert invoices_of(moved) == [("invoice", 99500, other.code)]
    assert ("price changed from 119500 to 99500 cents", "", "office") in notes(moved)


def test_an_unpaid_invoice_is_replaced(event, office):
    other = later_date(event, price_cents=129500)
    sign_up = factories.sign_up(event, factories.somebody(for_work=True))
    buyer = buyers.make_link(buyers.allow_to_pay(sign_up, by=office))
    details = buyers.Details("De Loop", "Dorpsstraat 1", "1234 AB", "Dalfsen", "geld@example.nl")
    due_on = buyers.choose_invoice(buyer, details).due_on
    moved = moves.move(sign_up, other.roster, by=office, price_cents=129500)
    assert invoices_of(moved) == [
        ("invoice", 119500, event.code),
        ("credit_note", 119500, event.code),
        ("invoice", 129500, other.code),
    ]
    assert invoices.standing(moved).due_on == due_on
    assert moved.state == "awaiting_payment"


def test_a_lower_price_gives_a_refund_of_the_difference(event, office):
    other = later_date(event, price_cents=99500)
    moved = moves.move(paid(event, office), other.roster, by=office, price_cents=99500)
    assert back(moved) == [20000]
    assert invoices_of(moved) == [
        ("invoice", 119500, event.code),
        ("credit_note", 119500, event.code),
        ("invoice", 99500, other.code),
    ]
    assert refunds.paid_cents(moved) == 99500
    assert Invoice.objects.last().facts["paid_on"] is not None


def test_for_a_higher_price_the_office_has_received_the_difference(event, office):
    other = later_date(event, price_cents=129500)
    moved = moves.move(paid(event, office), other.roster, by=office, price_cents=129500)
    assert list(Payment.objects.order_by("pk").values_list("gateway", "paid_cents")) == [
        ("office", 119500),
        ("office", 10000),
    ]
    assert invoices.standing(moved).amount_cents == 129500
    assert (back(moved), refunds.paid_cents(moved)) == ([], 129500)
    cancelled = cancellations.cancel(moved, by=office, back_cents=129500)
    assert sorted(back(cancelled)) == [10000, 119500]


def test_the_agreed_price_stays_unless_asked_otherwise(event, office):
    other = later_date(event, price_cents=99500)
    moved = moves.move(paid(event, office), other.roster, by=office)
    assert of(moved).price_cents == 119500
    assert back(moved) == []
    assert invoices.standing(moved).amount_cents == 119500


def test_a_move_to_a_free_date_makes_the_place_final(event, office, mails_about):
    other = later_date(event, price_cents=0)
    moved = moves.move(factories.sign_up(event), other.roster, by=office, price_cents=0)
    assert of(moved).state == "confirmed"
    assert mails_about(moved)[-2:] == ["swapped", "confirmed"]


def invoiced(event, office):
    """A sign-up whose employer has chosen an invoice."""
    sign_up = factories.sign_up(event, factories.somebody(for_work=True))
    buyer = buyers.make_link(buyers.allow_to_pay(sign_up, by=office))
    details = buyers.Details("De Loop", "Dorpsstraat 1", "1234 AB", "Dalfsen", "geld@example.nl")
    buyers.choose_invoice(buyer, details)
    return of(sign_up)


def test_an_invoice_gets_the_due_date_of_the_new_date(event, office):
    soon = factories.event(event.course, parts=[factories.part(5)])
    moved = moves.move(invoiced(event, office), soon.roster, by=office)
    due_on = invoices.standing(moved).due_on
    assert due_on == soon.first_day - timedelta(days=1)
    assert of(moved).hold_until == buyers.hold_until_end_of(due_on)


def test_a_called_off_date_gives_the_employer_a_new_term(event, office):
    other = later_date(event)
    sign_up = invoiced(event, office)
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        go_no_go.call_off(event.roster, by=office)
    with time_machine.travel(timezone.now() + timedelta(days=17)):
        moved = choices.choose_date(of(sign_up), other.roster)
        due_on = invoices.standing(moved).due_on
        assert due_on == buyers.invoice_due_on(moved)
    assert of(moved).hold_until == buyers.hold_until_end_of(due_on)


def test_the_office_moves_people_from_a_called_off_date_with_a_new_term(event, office):
    other = later_date(event)
    sign_up = factories.sign_up(event)
    go_no_go.call_off(event.roster, by=office)
    with time_machine.travel(of(sign_up).hold_until - timedelta(hours=1)):
        now = timezone.now()
        moved = moves.move(of(sign_up), other.roster, by=office)
    assert of(moved).hold_until >= now + timedelta(days=5)


def test_the_difference_counts_as_paid_by_the_buyer_who_paid_the_rest(event, office):
    other = later_date(event, price_cents=129500)
    sign_up = payments.record(invoiced(event, office), by=office)
    moved = moves.move(sign_up, other.roster, by=office, price_cents=129500)
    assert set(moved.payments.values_list("by_buyer", flat=True)) == {True}


def test_a_person_who_moves_here_knows_the_published_days(event, office):
    """So does a substitute; a person who was there before still has to be told."""
    other = later_date(event)
    first, second = factories.sign_up(factories.again(other)), factories.sign_up(event)
    third = factories.sign_up(factories.again(other))
    page = type(other.facts).objects.get(pk=other.facts.pk)
    parts = list(page.parts.all())
    parts[0].venue = "De Stokte"
    page.parts = parts
    factories.publish(page)

    moves.move(second, other.roster, by=office)
    people.substitute(third, people.Person("Eva", "Bos", "eva@example.nl", "0612345678"))

    roster = Roster.objects.get(pk=other.roster.pk)
    assert [notice.sign_up.pk for notice in changes.pending(roster)] == [first.pk]
