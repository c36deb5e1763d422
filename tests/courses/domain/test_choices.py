"""Another date, or the money back, for somebody whose date does not go ahead."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.domain import cancellations, choices, go_no_go, invariants, moves, payments, seats
from courses.domain.transitions import WrongStateError
from courses.models import Invoice, Refund, Roster, SignUp
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules_hold(request, institute):
    yield
    assert list(invariants.violations()) == []


@pytest.fixture
def other(event):
    """Another date of the course, with one place."""
    parts = [
        factories.part(80, 81, place="Bloemendaal"),
        factories.part(170, label="Terugkomdag", open_to_alumni=True),
    ]
    return factories.event(event.course, parts=parts, capacity=1)


@pytest.fixture
def paid(event, other):
    return payments.record(factories.sign_up(event), by=None)


@pytest.fixture
def off(event, paid, office):
    return go_no_go.call_off(event.roster, by=office)


def again(sign_up):
    return SignUp.objects.select_related("roster").get(pk=sign_up.pk)


def codes(sign_up):
    return [event.code for event in choices.other_dates(again(sign_up))]


def test_moving_takes_everything_along_for_the_price_as_agreed(paid, other, off, mails_about):
    page = other.facts
    page.price_cents = 150000
    page.save_revision().publish()
    for _time in range(2):
        moved = choices.move(paid, other.roster)
    assert (moved.roster_id, moved.state, moved.price_cents) == (
        other.roster.pk,
        "confirmed",
        119500,
    )
    assert {claim.roster_id for claim in moved.claims.all()} == {other.roster.pk}
    assert moved.claims.count() == 2
    assert mails_about(paid).count("swapped") == 1
    newest = Invoice.objects.filter(sign_up=paid).order_by("pk").last()
    assert (newest.kind, newest.amount_cents) == ("invoice", 119500)
    assert codes(paid) == []


def test_the_last_place_is_for_one_of_them(event, paid, other, office):
    second = payments.record(factories.sign_up(event), by=None)
    go_no_go.call_off(event.roster, by=office)
    choices.move(paid, other.roster)
    with pytest.raises(seats.NoSeatError):
        choices.move(second, other.roster)
    assert (again(second).roster, again(second).state) == (event.roster, "confirmed")
    assert codes(second) == []


def test_who_has_not_paid_gets_a_new_term_on_the_other_date(event, other, off):
    Roster.objects.filter(pk=event.roster.pk).update(state="planned")
    unpaid = factories.sign_up(event)
    Roster.objects.filter(pk=event.roster.pk).update(state="called_off")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=6), tick=False):
        moved = choices.move(unpaid, other.roster)
        assert moved.state == "awaiting_payment"
        assert moved.hold_until == timezone.now() + datetime.timedelta(days=7)
        assert payments.start(again(moved)).amount_cents == 119500


def test_somebody_in_review_moves_and_is_still_judged(event, other, office):
    waiting = factories.sign_up(event, factories.somebody(admission="exception"))
    go_no_go.call_off(event.roster, by=office)
    assert choices.move(waiting, other.roster).state == "review"


def test_alumni_move_to_the_return_day_only(event, other, office):
    alumna = factories.sign_up(event, kind="alumni")
    go_no_go.call_off(event.roster, by=office)
    assert codes(alumna) == [other.code]
    moved = choices.move(alumna, other.roster)
    assert [claim.part_key for claim in moved.claims.all()] == [other.parts[1].key]


@pytest.mark.parametrize("state", ["closed", "called_off"])
def test_a_date_that_nobody_can_join_cannot_be_chosen(paid, other, off, state):
    Roster.objects.filter(pk=other.roster.pk).update(state=state)
    assert codes(paid) == []
    with pytest.raises(seats.NoSeatError):
        choices.move(paid, other.roster)


def test_a_date_of_another_course_cannot_be_chosen(paid, off):
    elsewhere = factories.event()
    with pytest.raises(seats.NoSeatError):
        choices.move(paid, elsewhere.roster)


def test_who_is_on_the_other_date_already_cannot_be_there_twice(event, other, office):
    who = factories.somebody()
    page = other.facts
    page.capacity = 5
    page.save_revision().publish()
    first, second = factories.sign_up(event, who), factories.sign_up(other, who)
    go_no_go.call_off(event.roster, by=office)
    with pytest.raises(moves.AlreadyThereError):
        choices.move(first, second.roster)


def test_nobody_chooses_while_the_date_stands(event, paid, other):
    assert not choices.has_to_choose(paid)
    with pytest.raises(WrongStateError):
        choices.move(paid, other.roster)
    with pytest.raises(WrongStateError):
        cancellations.cancel_called_off(paid, expected_cents=119500)


def test_everything_that_was_paid_comes_back(paid, off, mails_about):
    """Also on the day on which the terms would give nothing back."""
    with time_machine.travel(timezone.now() + datetime.timedelta(days=70), tick=False):
        with pytest.raises(cancellations.StaleQuoteError):
            cancellations.cancel_called_off(paid, expected_cents=0)
        ended = cancellations.cancel_called_off(paid, expected_cents=119500)
        with pytest.raises(WrongStateError):
            cancellations.cancel_called_off(paid, expected_cents=119500)
    assert (ended.state, ended.end_reason) == ("cancelled", "called_off")
    [refund] = Refund.objects.all()
    assert (refund.amount_cents, refund.reason) == (119500, "called_off")
    assert mails_about(paid)[-1] == "cancelled"


def test_the_quote_of_a_called_off_date_is_everything(paid, off):
    assert cancellations.quote(again(paid)).back_cents == 119500
