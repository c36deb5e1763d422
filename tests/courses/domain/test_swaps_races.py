"""Swaps while everything happens at once, in real threads."""

from collections import Counter

from django.conf import settings as configured

from courses.domain import cancellations, invariants, seats, sign_ups, swaps, transitions
from courses.models import CourseEventPage, SeatClaim, SignUp, SwapOffer
from courses.reading import events
from mail.models import OutgoingMail
from tests import factories
from tests.load.threads import at_once

IS_POSTGRES = "postgresql" in configured.DATABASES["default"]["ENGINE"]
TOO_LATE = (
    sign_ups.UnavailableError,
    seats.NoSeatError,
    swaps.OfferGoneError,
    transitions.WrongStateError,
)


def seats_of(event):
    return Counter(SeatClaim.objects.filter(roster=event.roster).values_list("part_key", flat=True))


def somebody_at(page):
    """An attempt by a new person to sign up for the event of `page`, as in a request of its own."""
    filled_in, agreement = factories.somebody(), factories.agreement()

    def attempt():
        shown = events.of_page(CourseEventPage.objects.get(pk=page.pk))
        return sign_ups.sign_up(event=shown, application=filled_in, agreement=agreement)

    return attempt


def troubles(results):
    """The errors, such as a deadlock, except those that mean that somebody was too late."""
    return [r for r in results if isinstance(r, Exception) and not isinstance(r, TOO_LATE)]


def wisher_of(own, other):
    return factories.sign_up(own, factories.somebody(swap_wishes=(other.roster.pk,)))


def test_freed_seats_go_to_one_person_each_in_order_of_the_wishes(own_database):
    """Cancellations, new sign-ups and offers by the office, all at once on a full date."""
    factories.settings()
    own = factories.event()
    other = factories.event(own.course, parts=[factories.part(30), factories.part(90)], capacity=4)
    holders, office = factories.fill(other), factories.user()
    waiting = [wisher_of(own, other) for _person in range(5)]

    def offer_to_the_first():
        for found in swaps.matches(other.roster)[:1]:
            return swaps.offer(found, other.roster, by=office)

    for _round in range(4):
        holder = holders.pop()
        results = at_once(
            [
                lambda holder=holder: cancellations.cancel(holder, by=office),
                *[offer_to_the_first for _click in range(3)],
                *[somebody_at(other.facts) for _person in range(3)],
            ]
        )
        # Each person who is in time gets one seat, all others nothing.
        assert troubles(results) == []
        assert max(seats_of(other).values()) <= 4
    while offer_to_the_first():
        pass
    offers = list(SwapOffer.objects.order_by("created_at"))
    assert [offer.sign_up for offer in offers] == waiting[: len(offers)]
    assert list(invariants.violations()) == []

    results = at_once([lambda offer=offer: swaps.accept(offer) for offer in offers * 2])
    assert [type(result).__name__ for result in results] == ["SignUp"] * 2 * len(offers)
    assert OutgoingMail.objects.filter(kind="swapped").count() == len(offers)
    assert seats_of(other) == {part.key: 4 for part in other.parts}
    assert list(invariants.violations()) == []


def test_an_offer_is_answered_once_whatever_happens_at_once(own_database):
    factories.settings()
    own, office = factories.event(capacity=40), factories.user()
    there = factories.event(own.course, parts=[factories.part(30), factories.part(90)], capacity=1)
    for _round in range(5 if IS_POSTGRES else 2):
        offer = swaps.offer(wisher_of(own, there), there.roster, by=office)
        results = at_once(
            [
                lambda offer=offer: swaps.accept(offer),
                lambda offer=offer: swaps.refuse(offer),
                lambda offer=offer: swaps.lapse_unanswered(now=offer.until),
                lambda offer=offer: cancellations.cancel(offer.sign_up, by=office),
                lambda offer=offer: swaps.set_wishes(offer.sign_up, []),
                somebody_at(there.facts),
            ]
        )
        assert troubles(results) == []
        assert list(invariants.violations()) == []
        assert max(seats_of(there).values(), default=0) <= 1
        for sign_up in SignUp.objects.filter(roster=there.roster, state__in=SignUp.LIVE):
            cancellations.cancel(sign_up, by=office)
    assert not SwapOffer.objects.filter(state="open").exists()


def test_two_people_change_places_without_waiting_for_each_other(own_database):
    """Both dates are always locked in the same order, even for moves in opposite directions."""
    factories.settings()
    office, course = factories.user(), factories.course()
    one, two = (factories.event(course, parts=[factories.part(day)]) for day in (30, 60))
    for _round in range(3):
        offers = [
            swaps.offer(wisher_of(own, other), other.roster, by=office)
            for own, other in ((one, two), (two, one))
        ]
        moves = [lambda offer=offer: swaps.accept(offer) for offer in offers]
        signs = [
            lambda own=own, other=other: wisher_of(factories.again(own), other)
            for own, other in ((one, two), (two, one))
        ]
        results = at_once([*moves, *signs])
        assert [type(result).__name__ for result in results] == ["SignUp"] * 4
    assert list(invariants.violations()) == []
