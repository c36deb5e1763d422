"""Holds: they expire after a warning, can be extended once, and a lapsed sign-up can come back."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.domain import (
    admission,
    holds,
    invariants,
    notices,
    payments,
    seats,
    transitions,
)
from courses.domain.transitions import WrongStateError
from courses.gateways import pretend_bank
from courses.models import Roster, SeatClaim, SignUp
from mail.models import OutgoingMail
from tests import factories

WEEK = datetime.timedelta(days=7)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def taken(event):
    return factories.sign_up(event)


def again(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def claims(sign_up):
    return set(sign_up.claims.values_list("part_key", "seat_number"))


def state_of(sign_up):
    return SignUp.objects.get(pk=sign_up.pk).state


def lapse(sign_up):
    holds.expire(now=sign_up.hold_until)
    return again(sign_up)


# In March 2 a.m. becomes 3 and in October 3 becomes 2, so these days have 23 and 25 hours.
@pytest.mark.parametrize("day", ["2026-10-22", "2027-03-25"])
def test_a_hold_is_elapsed_time_across_a_change_of_the_clock(institute, day):
    noon = datetime.datetime.fromisoformat(f"{day}T12:00+00:00")
    with time_machine.travel(noon, tick=False):
        taken = factories.sign_up(factories.event())
        assert taken.hold_until - timezone.now() == WEEK
        notices.remind_of_payment(now=noon + datetime.timedelta(days=5))

        before = holds.expire(now=noon + WEEK - MINUTE)
        after = holds.expire(now=noon + WEEK)

    assert (before, after) == (0, 1)
    assert OutgoingMail.objects.filter(kind="pay_reminder").count() == 1


def test_people_who_have_not_paid_are_warned_once_for_each_term_and_not_at_night(taken):
    soon = timezone.localtime(taken.hold_until - datetime.timedelta(days=1))
    night, noon = soon.replace(hour=3, minute=0), soon.replace(hour=12, minute=0)
    notices.remind_of_payment(now=night)
    assert OutgoingMail.objects.filter(kind="pay_reminder").count() == 0
    for _run in range(3):
        notices.remind_of_payment(now=noon)
    assert OutgoingMail.objects.filter(kind="pay_reminder").count() == 1

    with time_machine.travel(noon, tick=False):
        longer = holds.extend(taken)
        notices.remind_of_payment(now=longer.hold_until - datetime.timedelta(days=1))

    assert OutgoingMail.objects.filter(kind="pay_reminder").count() == 2


def test_the_term_can_be_extended_once(taken, history):
    later = taken.created_at + datetime.timedelta(days=6)
    with time_machine.travel(later, tick=False):
        assert holds.can_extend(taken)
        longer = holds.extend(taken)

        assert longer.hold_until == taken.hold_until + WEEK == holds.extended_until(taken)
        assert not holds.can_extend(longer)
        with pytest.raises(WrongStateError):
            holds.extend(taken)
    assert len(history(taken)) == 2


def test_an_extension_at_once_loses_nothing(taken):
    former = taken.hold_until

    assert holds.extend(taken).hold_until == former + WEEK


@pytest.mark.parametrize(("held_for", "until"), [(9, 10), (10, 10), (12, 12)])
def test_an_extension_ends_where_the_course_begins_and_never_shortens(office, held_for, until):
    event = factories.event(parts=[factories.part(10)])
    taken = factories.sign_up(event)

    def midnight(days):
        return timezone.make_aware(
            datetime.datetime.combine(factories.day(days), datetime.time.min)
        )

    SignUp.objects.update(hold_until=midnight(held_for))
    assert holds.extend(taken).hold_until == midnight(until)


def test_a_lapsed_sign_up_gets_its_seats_back(taken, mails_about):
    lapsed = lapse(taken)
    assert (lapsed.state, lapsed.claims.count()) == (SignUp.State.EXPIRED, 0)

    holds.revive(lapsed)

    back = again(taken)
    assert (back.state, back.end_reason, back.ended_at) == ("awaiting_payment", "", None)
    assert back.claims.count() == 2
    assert back.hold_until > timezone.now()
    assert mails_about(taken) == ["received", "office_sign_up", "hold_lapsed", "received"]
    assert list(invariants.violations()) == []


def test_a_lapsed_sign_up_stays_lapsed_when_the_seats_are_gone(institute):
    event = factories.event(capacity=1)
    lapsed = lapse(factories.sign_up(event))
    assert holds.can_revive(lapsed, factories.again(event))
    factories.sign_up(factories.again(event))

    assert not holds.can_revive(lapsed, factories.again(event))
    with pytest.raises(seats.NoSeatError):
        holds.revive(lapsed)
    assert again(lapsed).state == SignUp.State.EXPIRED


@pytest.mark.parametrize("refused", [Roster.State.CALLED_OFF, Roster.State.CLOSED])
def test_a_lapsed_sign_up_stays_lapsed_on_a_date_that_cannot_be_joined(event, taken, refused):
    lapsed = lapse(taken)
    Roster.objects.update(state=refused)
    lapsed.refresh_from_db()

    assert not holds.can_revive(again(lapsed), factories.again(event))
    with pytest.raises(seats.NoSeatError):
        holds.revive(lapsed)


def test_a_lapsed_sign_up_that_was_in_review_is_reviewed_again(event, mails_about, office):
    taken = factories.sign_up(
        event, factories.somebody(admission=SignUp.Admission.EXCEPTION, motivation="Werk")
    )
    holds.revive(lapse(taken))

    assert again(taken).state == SignUp.State.REVIEW
    assert mails_about(taken)[-2:] == ["waiting_for_office", "office_sign_up"]

    admission.admit(taken, by=office)
    holds.revive(lapse(again(taken)))
    assert again(taken).state == SignUp.State.AWAITING_PAYMENT


def test_whoever_has_signed_up_again_gets_the_lapsed_place_too_and_the_office_hears_of_it(
    event, taken
):
    names = ("first_name", "infix", "last_name", "email")
    same = factories.application(**{name: getattr(taken, name) for name in names})
    lapsed, neighbour = lapse(taken), factories.sign_up(event)
    new = factories.sign_up(event, same)

    holds.revive(lapsed)

    assert {again(sign_up).state for sign_up in (taken, new)} == {SignUp.State.AWAITING_PAYMENT}
    told = OutgoingMail.objects.filter(kind="office_change")
    assert [mail.object_id for mail in told.filter(object_id__in=[new.pk, neighbour.pk])] == []
    assert told.get(object_id=taken.pk).body_text.count("nu dubbel op deze datum") == 1


def test_only_a_lapsed_sign_up_can_be_revived(taken):
    with pytest.raises(WrongStateError):
        holds.revive(taken)


def test_a_revived_sign_up_can_be_paid(taken):
    holds.revive(lapse(taken))
    payment = payments.start(again(taken))
    pretend_bank.decide(payment.reference, "paid")
    payments.sync(payment)

    assert again(taken).state == SignUp.State.CONFIRMED
    assert list(invariants.violations()) == []


def test_holds_expire_when_they_have_passed_and_not_before(event, mails_about, history):
    taken = factories.sign_up(event)
    assert holds.expire(now=taken.hold_until - datetime.timedelta(microseconds=1)) == 0
    assert state_of(taken) == SignUp.State.AWAITING_PAYMENT

    assert holds.expire(now=taken.hold_until) == 1
    assert holds.expire(now=taken.hold_until) == 0

    assert state_of(taken) == SignUp.State.EXPIRED
    assert claims(taken) == set()
    assert mails_about(taken) == ["received", "office_sign_up", "hold_lapsed"]
    assert history(taken) == [("awaiting_payment", None), ("expired", None)]


def test_holds_of_several_dates_expire_in_one_run(event, office):
    other = factories.event()
    review = factories.sign_up(other, factories.somebody(admission="exception"))
    paid = factories.sign_up(event)
    payments.record(paid, by=office)
    held = factories.sign_up(event)

    assert holds.expire(now=held.hold_until + datetime.timedelta(days=1)) == 2
    assert [state_of(row) for row in (review, paid, held)] == ["expired", "confirmed", "expired"]


def test_a_hold_that_cannot_be_ended_keeps_no_other_date_waiting(event, monkeypatch):
    broken, held = factories.sign_up(event), factories.sign_up(factories.event())
    release = transitions.release_lapsed

    def fail_for_one(roster, now):
        if roster.pk == broken.roster_id:
            raise ArithmeticError
        return release(roster, now)

    monkeypatch.setattr(transitions, "release_lapsed", fail_for_one)
    with pytest.raises(ArithmeticError):
        holds.expire(now=held.hold_until)

    assert [state_of(row) for row in (broken, held)] == ["awaiting_payment", "expired"]


@pytest.mark.parametrize("by", ["the job", "the next sign-up"])
def test_a_hold_ends_although_the_key_that_made_its_link_is_gone(small_event, settings, by):
    first, second = factories.fill(small_event)
    settings.SECRET_KEY = "a-new-secret-key-" + "y" * 50

    with time_machine.travel(second.hold_until + datetime.timedelta(seconds=1)):
        if by == "the job":
            holds.expire()
        else:
            factories.sign_up(factories.again(small_event))

    assert [state_of(row) for row in (first, second)] == ["expired", "expired"]


def test_the_next_sign_up_takes_a_lapsed_seat_without_waiting_for_the_job(small_event, mails_about):
    first, second = factories.fill(small_event)
    with time_machine.travel(second.hold_until + datetime.timedelta(seconds=1)):
        shown = factories.again(small_event)
        assert shown.free_for("course") == 2
        third = factories.sign_up(shown)

    assert [state_of(row) for row in (first, second, third)] == [
        "expired",
        "expired",
        "awaiting_payment",
    ]
    assert mails_about(first)[-1] == "hold_lapsed"
    assert SeatClaim.objects.count() == 2


def test_a_person_whose_hold_has_lapsed_may_sign_up_anew(small_event):
    who = factories.application()
    first = factories.sign_up(small_event, who)
    with time_machine.travel(first.hold_until + datetime.timedelta(minutes=1)):
        second = factories.sign_up(factories.again(small_event), who)
    assert second.pk != first.pk
    assert [state_of(first), state_of(second)] == ["expired", "awaiting_payment"]


@pytest.mark.parametrize(
    "moment",
    [
        datetime.datetime(2027, 3, 26, 11, 30, tzinfo=datetime.UTC),  # summer begins on the 28th
        datetime.datetime(2027, 10, 29, 10, 30, tzinfo=datetime.UTC),  # and ends on the 31st
    ],
)
def test_a_hold_lasts_seven_times_24_hours_whatever_the_clock_does(institute, moment):
    with time_machine.travel(moment, tick=False):
        taken = factories.sign_up(factories.event())
    held = SignUp.objects.get(pk=taken.pk).hold_until
    assert held - moment == datetime.timedelta(hours=7 * 24)
    local = timezone.localtime(held), timezone.localtime(moment)
    assert local[0].utcoffset() != local[1].utcoffset()
    assert holds.expire(now=held - datetime.timedelta(seconds=1)) == 0
    assert holds.expire(now=held) == 1
