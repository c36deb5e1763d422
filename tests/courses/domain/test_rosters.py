from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import LocaleSynchronization

from courses.domain import additions, cancellations, go_no_go, invariants, rosters, sign_ups
from courses.models import CourseEventPage, CoursePage, Roster, SeatClaim, SignUp
from courses.reading import events
from tests import factories

pytestmark = pytest.mark.django_db


def roster_of(page):
    return Roster.objects.get(translation_key=page.translation_key)


def test_publishing_creates_a_roster(institute):
    page = factories.event_page(capacity=20)
    page.save_revision()
    assert Roster.objects.count() == 0
    assert events.of_page(page).availability == "closed"

    page = factories.publish(page)
    roster = Roster.objects.get()
    assert roster.translation_key == page.translation_key
    assert (roster.code, roster.title) == (page.code, page.title)
    assert roster.course_title == "Driedaagse cursus"
    assert (roster.capacity, roster.minimum) == (20, 12)
    assert (roster.first_day, roster.last_day) == (factories.day(60), factories.day(150))
    assert roster.state == "planned"


def test_the_roster_follows_the_published_page_and_keeps_its_state(event):
    Roster.objects.update(state="going_ahead", availability_override="few")
    page = event.facts
    page.title, page.capacity, page.minimum = "Andere titel", 10, 6
    page.save_revision()
    assert Roster.objects.get().title == "Cursus Driedaagse cursus"

    factories.publish(page)
    roster = Roster.objects.get()
    assert (roster.pk, roster.title) == (event.roster.pk, "Andere titel")
    assert (roster.capacity, roster.minimum) == (10, 6)
    assert (roster.state, roster.availability_override) == ("going_ahead", "few")


def test_a_new_capacity_of_the_course_applies_to_dates_that_inherit_it(institute):
    course = factories.course()
    inheriting, own = factories.event(course), factories.event(course, capacity=8)
    course.capacity = 30
    factories.publish(course)
    assert roster_of(inheriting.facts).capacity == 30
    assert roster_of(own.facts).capacity == 8


def test_the_capacity_never_falls_below_what_is_taken(institute):
    event = factories.event(capacity=4)
    factories.fill(event, 3)
    event.facts.capacity = 2
    factories.publish(event.facts)

    assert roster_of(event.facts).capacity == 3
    assert factories.again(event).free_for("course") == 0
    with pytest.raises(sign_ups.UnavailableError):
        factories.sign_up(factories.again(event))
    assert list(invariants.violations()) == []


def test_a_higher_capacity_applies_at_once(small_event):
    factories.fill(small_event)
    small_event.facts.capacity = 3
    factories.publish(small_event.facts)
    assert factories.sign_up(factories.again(small_event)).claims.count() == 2
    with pytest.raises(sign_ups.UnavailableError):
        factories.sign_up(factories.again(small_event))


def test_participants_get_a_seat_in_a_part_that_is_added(institute, office):
    event = factories.event(parts=[factories.part(30)], capacity=3)
    people = factories.fill(event, 2)
    gone = factories.sign_up(event)
    cancellations.cancel(gone, by=office)
    page = event.facts
    page.parts.add(factories.part(90, label="Terugkomdag", open_to_alumni=True))
    factories.publish(page)

    shown = factories.again(event)
    assert [part.free for part in shown.parts] == [1, 1]
    assert [person.claims.count() for person in people] == [2, 2]
    assert gone.claims.count() == 0
    factories.sign_up(shown, kind="alumni")
    with pytest.raises(sign_ups.UnavailableError):
        factories.sign_up(factories.again(event))
    assert list(invariants.violations()) == []


def test_who_came_first_has_the_ordinary_seat_in_a_part_that_is_added(institute, office):
    event = factories.event(parts=[factories.part(30)], capacity=2)
    third, second = factories.fill(event)
    first = additions.add(
        event.roster,
        application=factories.somebody(),
        agreement=factories.agreement(),
        price_cents=100,
        by=office,
        reason="Afgesproken",
    )
    for days, sign_up in enumerate([third, second, first]):
        moment = timezone.now() - timedelta(days=days)
        SignUp.objects.filter(pk=sign_up.pk).update(created_at=moment)
    page = event.facts
    page.parts.add(factories.part(90, label="Terugkomdag"))
    factories.publish(page)

    [added] = [part.key for part in factories.again(event).parts if part.name == "Terugkomdag"]
    claims = SeatClaim.objects.filter(part_key=added).order_by("seat_number")
    assert list(claims.values_list("sign_up", "is_extra")) == [
        (first.pk, False),
        (second.pk, False),
        (third.pk, True),
    ]


def test_an_older_draft_that_is_published_keeps_people_and_seats(institute):
    event = factories.event(capacity=24)
    older = event.facts.latest_revision
    page = event.facts
    page.capacity = 30
    factories.publish(page)
    people = factories.fill(factories.again(event), 5)

    older.publish()

    shown = factories.again(event)
    assert shown.roster.pk == event.roster.pk
    assert [part.key for part in shown.parts] == [part.key for part in event.parts]
    assert shown.free_for("course") == 24 - 5
    assert list(shown.roster.sign_ups.order_by("pk")) == people
    assert list(invariants.violations()) == []


def test_a_part_that_moves_to_another_day_keeps_its_seats(event):
    taken = factories.sign_up(event)
    page = event.facts
    for part in page.parts.all():
        part.first_day = part.last_day = factories.day(200)
    factories.publish(page)
    shown = factories.again(event)
    assert [part.free for part in shown.parts] == [23, 23]
    assert taken.claims.count() == 2


def test_unpublishing_and_publishing_again_keeps_the_people(event):
    taken = factories.sign_up(event)
    page = event.facts
    page.unpublish()
    assert events.coming(locale=factories.locale()) == []
    factories.publish(page)
    assert Roster.objects.get().sign_ups.get() == taken


def test_translations_and_aliases_share_the_roster(event):
    english = factories.locale("en")
    LocaleSynchronization.objects.create(locale=english, sync_from=factories.locale())
    translated = event.facts.get_translation(english)

    shown = events.of_page(translated)
    assert shown.roster == event.roster
    assert [part.key for part in shown.parts] == [part.key for part in event.parts]
    taken = factories.sign_up(shown, language="en")
    assert taken.roster == event.roster
    assert factories.again(event).free_for("course") == 23
    assert events.of_page(translated).free_for("course") == 23
    assert Roster.objects.count() == 1

    factories.publish(event.facts)  # brings the alias up to date, with new rows for its parts
    assert events.of_page(CourseEventPage.objects.get(pk=translated.pk)).free_for("course") == 23
    assert list(invariants.violations()) == []


def test_copying_a_date_copies_no_people(event):
    factories.sign_up(event)
    copy = event.facts.copy(
        update_attrs={"title": "Kopie", "slug": "kopie"}, keep_live=False, copy_revisions=False
    )
    assert Roster.objects.count() == 1

    copy = factories.publish(CourseEventPage.objects.get(pk=copy.pk))
    shown = events.of_page(copy)
    assert copy.code == f"{event.code}-2"
    assert copy.slug == copy.code.lower()
    assert shown.roster.pk != event.roster.pk
    assert shown.free_for("course") == 24
    factories.sign_up(shown, factories.application())
    assert factories.again(event).free_for("course") == 23


@pytest.mark.parametrize("how", ["itself", "its course", "its grandparent", "queryset", "by type"])
def test_a_date_with_people_cannot_be_deleted(event, office, how):
    taken = factories.sign_up(event)
    cancellations.cancel(taken, by=office)  # also one that has ended belongs to the books
    delete = {
        "itself": lambda: event.facts.delete(),
        "its course": lambda: event.course.delete(),
        "its grandparent": lambda: event.course.get_parent().delete(),
        "queryset": lambda: Page.objects.filter(pk=event.facts.pk).delete(),
        "by type": lambda: CourseEventPage.objects.all().delete(),
    }
    with pytest.raises(ProtectedError) as caught, transaction.atomic():
        delete[how]()
    assert event.code in str(caught.value)
    assert CourseEventPage.objects.filter(pk=event.facts.pk).exists()
    assert CoursePage.objects.filter(pk=event.course.pk).exists()
    assert SignUp.objects.count() == 1


def test_a_date_without_people_is_deleted_with_its_roster(institute):
    course = factories.course()
    event, other = factories.event(course), factories.event(course)
    assert rosters.protecting([course]) == []
    event.facts.delete()
    assert Roster.objects.get().code == other.code


def test_a_roster_with_people_cannot_be_deleted(event):
    factories.sign_up(event)
    with pytest.raises(ProtectedError):
        Roster.objects.all().delete()
    assert SeatClaim.objects.count() == 2


def test_protecting_returns_the_rosters_with_people(event):
    factories.sign_up(event)
    free = factories.event(event.course)
    assert rosters.protecting([free.facts]) == []
    assert rosters.protecting([event.course]) == [event.roster]


def test_setting_the_availability_changes_nothing_else(event):
    stale = Roster.objects.get()
    Roster.objects.update(capacity=30)
    rosters.set_availability(stale, state="closed", availability_override="few")
    roster = Roster.objects.get()
    assert (roster.state, roster.availability_override) == ("closed", "few")
    assert roster.capacity == 30


def test_a_date_that_was_called_off_cannot_be_reopened_for_sign_up(event):
    go_no_go.call_off(event.roster, by=None)
    rosters.set_availability(event.roster, state="planned", availability_override="")
    assert Roster.objects.get().state == "called_off"


def test_locking_a_roster_that_does_not_exist_is_an_error(db):
    with pytest.raises(Roster.DoesNotExist):
        rosters.lock(0)


@pytest.mark.postgres
def test_only_who_wants_a_place_waits_long_for_a_lock(event):
    assert "lock_timeout=2s" in connection.settings_dict["OPTIONS"]["options"]
    with transaction.atomic(), connection.cursor() as cursor:
        rosters.lock(event.roster.pk)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("10s",)
