"""A date is called off while everything happens at once, in real threads."""

from courses.domain import choices, go_no_go, invariants, payments, seats, sign_ups, transitions
from courses.models import CourseEventPage, Roster, SignUp
from courses.reading import events
from mail.models import OutgoingMail
from tests import factories
from tests.load.threads import at_once

TOO_LATE = (
    sign_ups.UnavailableError,
    seats.NoSeatError,
    transitions.WrongStateError,
    go_no_go.DecidedError,
)


def troubles(results):
    return [r for r in results if isinstance(r, Exception) and not isinstance(r, TOO_LATE)]


def confirmed(event):
    return payments.record(factories.sign_up(event), by=None)


def somebody_at(event):
    filled_in, agreement = factories.somebody(), factories.agreement()

    def attempt():
        shown = events.of_page(CourseEventPage.objects.get(pk=event.page.pk))
        return sign_ups.sign_up(event=shown, application=filled_in, agreement=agreement)

    return attempt


def mailed(kind):
    return set(OutgoingMail.objects.filter(kind=kind).values_list("object_id", flat=True))


def test_the_last_place_and_a_second_call_off(own_database):
    factories.settings()
    own = factories.event()
    parts = [factories.part(70, 71), factories.part(160, label="Terugkomdag")]
    other = factories.event(own.course, parts=parts, capacity=1)
    people = [confirmed(own) for _person in range(3)]
    results = at_once([lambda: go_no_go.call_off(own.roster, by=None) for _click in range(2)])
    assert troubles(results) == []
    assert OutgoingMail.objects.filter(kind="called_off").count() == 3

    # The last place: one person gets it, the others can still choose.
    results = at_once([lambda who=who: choices.choose_date(who, other.roster) for who in people])
    assert troubles(results) == []
    assert sum(isinstance(result, SignUp) for result in results) == 1
    assert other.roster.sign_ups.count() == 1

    # The other date is called off as well while people move to it: everybody there gets a mail.
    page = other.facts
    page.capacity = 6
    page.save_revision().publish()
    waiting = list(own.roster.sign_ups.all())
    results = at_once(
        [
            *[lambda who=who: choices.choose_date(who, other.roster) for who in waiting],
            *[somebody_at(other) for _person in range(2)],
            lambda: go_no_go.call_off(other.roster, by=None),
        ]
    )
    assert troubles(results) == []
    assert set(Roster.objects.values_list("state", flat=True)) == {"called_off"}
    there = other.roster.sign_ups.values_list("pk", flat=True)
    assert set(there) <= mailed("called_off")
    assert list(invariants.violations()) == []
