"""The office moves people while others sign up, in real threads."""

from functools import partial

from courses.domain import invariants, moves
from courses.models import CourseEventPage, SeatClaim, SignUp
from courses.reading import events, seats
from tests import factories
from tests.load.threads import at_once


def signs_up(page):
    return factories.sign_up(events.of_page(CourseEventPage.objects.get(pk=page.pk)))


def test_the_last_place_goes_to_one_person_and_a_reason_gives_an_extra_one(own_database):
    factories.settings()
    office, own = factories.user(), factories.event()
    for _round in range(2):
        there = factories.event(own.course, parts=[factories.part(90)], capacity=1)
        people = factories.fill(own, 4)
        move = partial(moves.move, by=office)
        results = at_once(
            [
                partial(move, people[0], there.roster),
                partial(move, people[1], there.roster),
                partial(move, people[2], there.roster, reason="Reist samen"),
                partial(move, people[3], there.roster, by=None),
                partial(signs_up, there.facts),
            ]
        )
        assert isinstance(results[2], SignUp)
        came = [result for result in results if isinstance(result, SignUp)]
        refused = {type(r).__name__ for r in results if isinstance(r, Exception)}
        assert refused <= {"NoSeatError", "UnavailableError"}, results
        claims = SeatClaim.objects.filter(roster=there.roster)
        assert claims.filter(is_extra=False).count() == 1
        assert claims.count() == len(came)
    assert list(invariants.violations()) == []


def test_people_move_in_opposite_directions_without_waiting_for_each_other(own_database):
    factories.settings()
    office, course = factories.user(), factories.course()
    one, two = (factories.event(course, parts=[factories.part(day)]) for day in (30, 60))
    for _round in range(3):
        there, back = factories.sign_up(one), factories.sign_up(two)
        results = at_once(
            [
                partial(moves.move, there, two.roster, by=office),
                partial(moves.move, back, one.roster, by=office),
                partial(moves.move, there, two.roster, by=office),
            ]
        )
        names = sorted(type(result).__name__ for result in results)
        assert names == ["SignUp", "SignUp", "WrongStateError"]
    taken = seats.taken([one.roster, two.roster])
    assert set(taken.values()) == {3}
    assert list(invariants.violations()) == []
