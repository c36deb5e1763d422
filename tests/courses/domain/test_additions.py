"""The office signs people up, even on dates that nobody else can join."""

import uuid
from collections import Counter
from functools import partial

import pytest

from courses.domain import additions, cancellations, holds, invariants, rosters, sign_ups
from courses.domain.seats import NoSeatError
from courses.models import CourseEventPage, Payment, Roster, SeatClaim, SignUp
from courses.reading import events, seats
from courses.reading.availability import Availability
from tests import factories
from tests.load.threads import at_once

CAPACITY = 4


@pytest.fixture
def full(institute):
    event = factories.event(capacity=2)
    factories.fill(event)
    return factories.again(event)


def add(event, filled_in=None, *, language="nl", kind="course", **facts):
    facts = {"price_cents": 119500, "by": factories.user(), "key": uuid.uuid4()} | facts
    agreement = factories.agreement(kind=kind, language=language, idempotency_key=facts.pop("key"))
    filled_in = filled_in or factories.somebody()
    return additions.add(event.roster, application=filled_in, agreement=agreement, **facts)


def notes(sign_up):
    rows = sign_up.changes.select_related("by")
    return [(row.state, row.note, row.reason, row.by and row.by.username) for row in rows]


def taken(event):
    return [seats.taken([event.roster])[event.roster.pk, part.key] for part in event.parts]


def free(event):
    return [part.free for part in factories.again(event).parts]


def invariants_hold():
    return list(invariants.violations()) == []


@pytest.mark.django_db
def test_the_place_waits_for_the_money(event, mails_about):
    made = add(event, price_cents=100000)
    assert (made.state, made.price_cents) == ("awaiting_payment", 100000)
    assert notes(made) == [("awaiting_payment", "added by the office", "", "office")]
    assert mails_about(made) == ["received"]
    assert free(event) == [23, 23]
    assert invariants_hold()


@pytest.mark.django_db
def test_a_payment_at_the_bank_makes_the_place_final(event, mails_about):
    made = add(event, is_paid=True)
    assert (made.state, Payment.objects.get().gateway) == ("confirmed", "office")
    assert made.invoices.get().amount_cents == 119500
    assert mails_about(made) == ["confirmed"]
    assert invariants_hold()


@pytest.mark.django_db
def test_without_a_price_the_place_is_final(event, mails_about):
    made = add(event, price_cents=0)
    assert (made.state, made.invoices.count()) == ("confirmed", 0)
    assert mails_about(made) == ["confirmed"]
    assert invariants_hold()


@pytest.mark.django_db
def test_people_whom_the_office_adds_need_no_review(event):
    made = add(event, factories.somebody(admission="exception"))
    assert made.state == "awaiting_payment"
    alumna = add(event, factories.somebody(admission="alumni"), kind="alumni", price_cents=0)
    assert (alumna.state, alumna.claims.count()) == ("confirmed", 1)


@pytest.mark.django_db
def test_the_office_can_add_people_to_a_closed_date(event):
    rosters.set_availability(event.roster, state="closed", availability_override="full")
    assert add(event).state == "awaiting_payment"


@pytest.mark.django_db
def test_nobody_is_added_to_a_date_that_is_over_or_called_off(event):
    over = factories.event(event.course, parts=[factories.part(-9)])
    with pytest.raises(sign_ups.UnavailableError) as refused:
        add(over)
    assert refused.value.availability == Availability.PAST
    Roster.objects.filter(pk=event.roster.pk).update(state=Roster.State.CALLED_OFF)
    with pytest.raises(sign_ups.UnavailableError):
        add(event)
    assert SignUp.objects.count() == 0


@pytest.mark.django_db
def test_nobody_is_added_to_a_date_without_a_part_for_them_or_without_a_page(event, neighbour):
    for_course_only = factories.event(event.course, parts=[factories.part(30)])
    gone = factories.event(event.course)
    CourseEventPage.objects.filter(pk=gone.facts.pk).delete()
    alumna = factories.somebody(admission="alumni")

    for where, kind in ((for_course_only, "alumni"), (gone, "course"), (gone, "alumni")):
        with pytest.raises(sign_ups.UnavailableError) as refused:
            add(where, alumna, kind=kind)
        assert refused.value.availability == Availability.CLOSED
    assert SignUp.objects.count() == len(neighbour.sign_ups)
    assert add(event, alumna, kind="alumni", price_cents=0).state == "confirmed"


@pytest.mark.django_db
def test_the_same_form_sent_twice_is_one_sign_up_and_another_form_is_refused(event):
    somebody, key = factories.somebody(), uuid.uuid4()
    assert add(event, somebody, key=key) == add(event, somebody, key=key)
    with pytest.raises(sign_ups.AlreadySignedUpError):
        add(event, somebody)
    assert free(event) == [23, 23]


# --- Beyond capacity -----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_full_date_asks_for_a_reason(full):
    with pytest.raises(NoSeatError):
        add(full)
    assert SignUp.objects.count() == 2
    made = add(full, reason="Assistent van de docent")
    assert notes(made) == [
        ("awaiting_payment", "added beyond the capacity", "Assistent van de docent", "office")
    ]
    assert (taken(full), free(full)) == ([3, 3], [0, 0])
    assert invariants_hold()


@pytest.mark.django_db
def test_a_cancellation_frees_a_seat_only_below_capacity(full, office):
    add(full, reason="Eén")
    add(full, reason="Twee")
    people = list(SignUp.objects.order_by("pk"))
    for expected in ([3, 3], [2, 2]):
        cancellations.cancel(people.pop(0), by=office)
        assert (taken(full), free(full)) == (expected, [0, 0])
        with pytest.raises(sign_ups.UnavailableError):
            factories.sign_up(factories.again(full))
    cancellations.cancel(people.pop(0), by=office)
    assert free(full) == [1, 1]
    factories.sign_up(factories.again(full))
    assert (taken(full), free(full)) == ([2, 2], [0, 0])
    assert invariants_hold()


@pytest.mark.django_db
def test_an_extra_seat_lapses_like_any_other(full):
    made = add(full, reason="Spoed")
    holds.expire(now=made.hold_until)
    assert taken(full) == [0, 0]
    assert invariants_hold()


@pytest.mark.django_db
def test_an_extra_seat_does_not_change_the_capacity(full):
    add(full, reason="Spoed")
    factories.publish(full.facts)
    assert Roster.objects.get().capacity == 2
    page = CourseEventPage.objects.get(pk=full.facts.pk)
    page.capacity = 1
    factories.publish(page)
    assert Roster.objects.get().capacity == 2
    assert invariants_hold()


@pytest.mark.django_db
def test_a_higher_capacity_makes_an_extra_seat_an_ordinary_one(full):
    add(full, reason="Spoed")
    page = CourseEventPage.objects.get(pk=full.facts.pk)
    page.capacity = 3
    factories.publish(page)
    assert not SeatClaim.objects.filter(is_extra=True).exists()
    assert free(full) == [0, 0]
    page.capacity = 2
    factories.publish(page)
    assert Roster.objects.get().capacity == 3
    assert invariants_hold()


@pytest.mark.django_db
def test_everybody_gets_a_seat_in_a_part_that_is_added_later(full):
    add(full, reason="Spoed")
    page = CourseEventPage.objects.get(pk=full.facts.pk)
    page.parts.add(factories.part(200, label="Extra dag"))
    factories.publish(page)
    assert taken(factories.again(full)) == [3, 3, 3]
    assert invariants_hold()


def ordinary(page, filled_in):
    shown = events.of_page(CourseEventPage.objects.get(pk=page.pk))
    return factories.sign_up(shown, filled_in)


def test_in_a_race_no_ordinary_seat_is_sold_beyond_capacity(own_database):
    factories.settings()
    for _round in range(3):
        event, office = factories.event(capacity=CAPACITY), factories.user()
        page = event.facts
        public = [partial(ordinary, page, factories.somebody()) for _person in range(CAPACITY + 2)]
        extra = {"reason": "Spoed", "by": office}
        by_hand = [partial(add, event, factories.somebody(), **extra) for _person in range(3)]
        results = at_once([*public[:3], *by_hand, *public[3:]])

        said = Counter(type(result).__name__ for result in results)
        assert said.keys() <= {"SignUp", "UnavailableError"}, results
        assert all(isinstance(result, SignUp) for result in results[3:6])
        claims = SeatClaim.objects.filter(roster=event.roster).order_by("seat_number")
        for part in event.parts:
            rows = claims.filter(part_key=part.key).values_list("seat_number", "is_extra")
            assert [number for number, is_extra in rows if not is_extra] == [1, 2, 3, 4]
            assert said["SignUp"] == len(rows)
        assert free(event) == [0, 0]
    assert invariants_hold()
