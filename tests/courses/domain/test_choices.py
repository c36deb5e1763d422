"""Another date, or the money back, for people whose date was called off."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.domain import cancellations, choices, go_no_go, payments, seats
from courses.domain.transitions import WrongStateError
from courses.models import Invoice, Refund, Roster, SignUp
from mail.models import OutgoingMail
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("invariants_hold")]


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


def test_everything_moves_to_the_other_date_for_the_agreed_price(paid, other, off, mails_about):
    page = other.facts
    page.price_cents = 150000
    page.save_revision().publish()
    for _time in range(2):
        moved = choices.choose_date(paid, other.roster)
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


def test_the_last_place_goes_to_one_person(event, paid, other, office):
    second = payments.record(factories.sign_up(event), by=None)
    go_no_go.call_off(event.roster, by=office)
    choices.choose_date(paid, other.roster)
    with pytest.raises(seats.NoSeatError):
        choices.choose_date(second, other.roster)
    assert (again(second).roster, again(second).state) == (event.roster, "confirmed")
    assert codes(second) == []


def test_an_unpaid_sign_up_gets_a_new_term_on_the_other_date(event, other, off):
    Roster.objects.filter(pk=event.roster.pk).update(state="planned")
    unpaid = factories.sign_up(event)
    Roster.objects.filter(pk=event.roster.pk).update(state="called_off")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=6), tick=False):
        moved = choices.choose_date(unpaid, other.roster)
        assert moved.state == "awaiting_payment"
        assert moved.hold_until == timezone.now() + datetime.timedelta(days=7)
        assert payments.start(again(moved)).amount_cents == 119500


def test_a_sign_up_in_review_moves_and_stays_in_review(event, other, office):
    waiting = factories.sign_up(event, factories.somebody(admission="exception"))
    go_no_go.call_off(event.roster, by=office)
    assert choices.choose_date(waiting, other.roster).state == "review"


def test_alumni_move_to_the_return_day_only(event, other, office):
    alumna = factories.sign_up(event, kind="alumni")
    go_no_go.call_off(event.roster, by=office)
    assert codes(alumna) == [other.code]
    moved = choices.choose_date(alumna, other.roster)
    assert [claim.part_key for claim in moved.claims.all()] == [other.parts[1].key]


@pytest.mark.parametrize("state", ["closed", "called_off"])
def test_a_date_that_cannot_be_joined_cannot_be_chosen(paid, other, off, state):
    Roster.objects.filter(pk=other.roster.pk).update(state=state)
    assert codes(paid) == []
    with pytest.raises(seats.NoSeatError):
        choices.choose_date(paid, other.roster)


def test_a_date_of_another_course_cannot_be_chosen(paid, off):
    elsewhere = factories.event()
    with pytest.raises(seats.NoSeatError):
        choices.choose_date(paid, elsewhere.roster)


def test_whoever_is_on_the_other_date_already_gets_there_and_the_office_hears_of_it(
    event, other, office
):
    who = factories.somebody()
    page = other.facts
    page.capacity = 5
    page.save_revision().publish()
    first, second = factories.sign_up(event, who), factories.sign_up(other, who)
    go_no_go.call_off(event.roster, by=office)
    choices.choose_date(first, second.roster)

    told = OutgoingMail.objects.filter(kind="office_change", body_text__contains="nu dubbel op")
    assert [mail.object_id for mail in told] == [first.pk]
    assert SignUp.objects.filter(roster=second.roster, email=second.email).count() == 2


def test_there_is_nothing_to_choose_unless_the_date_was_called_off(event, paid, other):
    assert not choices.has_to_choose(paid)
    Roster.objects.filter(pk=paid.roster_id).update(decision_day=timezone.localdate())
    with pytest.raises(WrongStateError):
        choices.choose_date(paid, other.roster)
    with pytest.raises(WrongStateError):
        cancellations.cancel_called_off(paid, expected_cents=119500)


def test_everything_that_was_paid_comes_back(paid, off, mails_about):
    """Even on a day on which the terms would give nothing back."""
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
