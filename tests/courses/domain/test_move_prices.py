"""What a move to another date does to price, invoice and payments."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from courses.domain import (
    buyers,
    cancellations,
    changes,
    choices,
    go_no_go,
    invoices,
    moves,
    payments,
    people,
    refunds,
)
from courses.models import Invoice, Payment, Refund, Roster, SignUp
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("invariants_hold")]


def later_date(own, **facts):
    """Another date of the same course."""
    parts = [factories.part(80, 81), factories.part(170, label="Terugkomdag", open_to_alumni=True)]
    return factories.event(own.course, parts=parts, **facts)


def of(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


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
