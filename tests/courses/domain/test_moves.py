"""Moves to another date: seats, invoice, money and calendar move together, or not at all."""

import pytest

from courses.domain import (
    cancellations,
    certificates,
    moves,
    payments,
    presence,
    swaps,
)
from courses.domain.seats import NoSeatError
from courses.domain.transitions import WrongStateError
from courses.models import Roster, SignUp
from courses.reading import seats
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("invariants_hold")]


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
