"""A verb about one person or one date leaves everybody else as they were."""

import pytest
from django.utils import timezone

from courses.domain import (
    buyers,
    cancellations,
    certificates,
    changes,
    corrections,
    forgetting,
    go_no_go,
    holds,
    invariants,
    moves,
    payments,
    people,
    presence,
    roster_messages,
    seats,
)
from courses.models import Roster, RosterMessage, SignUp
from tests import factories
from tests.courses.domain.removing import end_course, subject_of

COLLEAGUE = people.Person("Sanne", "Bos", "sanne@example.nl", "06 87654321")


def pay(taken, event, office):
    payments.record(taken, by=office)


def cancel_paid(taken, event, office):
    cancellations.cancel(payments.record(taken, by=office), by=office, back_cents=5000)


def cancel(taken, event, office):
    cancellations.cancel(taken, by=office)


def lapse(taken, event, office):
    SignUp.objects.filter(pk=taken.pk).update(hold_until=timezone.now())
    holds.expire()


def correct(taken, event, office):
    corrections.correct(taken, {"last_name": "Anders", "email": "x@example.nl"}, by=office)


def hand_over(taken, event, office):
    people.substitute(taken, COLLEAGUE)


def let_the_employer_pay(taken, event, office):
    buyers.make_link(buyers.allow_to_pay(taken, by=office))


def move(taken, event, office):
    paid = payments.record(taken, by=office)
    other = factories.event(event.course, parts=[factories.part(80), factories.part(170)])
    moves.move(paid, other.roster, by=office)


def call_off(taken, event, office):
    payments.record(taken, by=office)
    go_no_go.call_off(event.roster, by=office)


def go_ahead(taken, event, office):
    go_no_go.go_ahead(event.roster, by=office)


def certify(taken, event, office):
    presence.record_days(payments.record(taken, by=office), {event.first_day})
    certificates.issue(taken, by=office)


def tell_of_a_change(taken, event, office):
    page = type(event.facts).objects.get(pk=event.facts.pk)
    parts = list(page.parts.all())
    parts[0].venue = "De Stokte"
    page.parts = parts
    factories.publish(page)
    roster = Roster.objects.get(pk=event.roster.pk)
    changes.tell_everybody(roster, version=changes.version_of(roster))


def discard_a_draft(taken, event, office):
    roster_messages.discard(RosterMessage.objects.create(roster=event.roster, subject="x"))


def make_room(taken, event, office):
    seats.make_extra_seats_ordinary(event.roster)


def forget(taken, event, office):
    payments.record(taken, by=office)
    end_course(event)
    forgetting.forget(subject_of(taken), by=office)


@pytest.mark.parametrize(
    "verb",
    [
        pay,
        cancel_paid,
        cancel,
        lapse,
        correct,
        hand_over,
        let_the_employer_pay,
        move,
        call_off,
        go_ahead,
        certify,
        tell_of_a_change,
        discard_a_draft,
        make_room,
        forget,
    ],
    ids=lambda verb: verb.__name__,
)
def test_a_verb_leaves_the_neighbours_alone(event, office, neighbour, verb):
    verb(factories.sign_up(event), event, office)

    assert neighbour.is_untouched()
    assert list(invariants.violations()) == []


def test_the_neighbour_is_as_sound_as_anything_else(neighbour):
    assert list(invariants.violations()) == []
    assert neighbour.invoice.issued_on.year < neighbour.waiting.created_at.year
    neighbour.waiting.remarks = "anders"
    neighbour.waiting.save()
    assert not neighbour.is_untouched()
