"""The roster of an event: made when its page is published, and the row to lock."""

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from wagtail.models import Locale

from courses.domain import seats
from courses.models import CourseEventPage, CoursePage, Roster, SignUp


@transaction.atomic
def follow(page):
    """Bring the roster in line with the published facts of a source-language event page.

    Takes the roster's lock, so a change of capacity and a sign-up cannot pass each other.
    """
    if page.locale_id != Locale.get_default().pk or page.first_day is None:
        return None
    course = CoursePage.objects.get(path=page.path[: -page.steplen])
    facts = {
        "code": page.code,
        "title": page.title,
        "course_title": course.title,
        "capacity": page.capacity or course.capacity,
        "minimum": page.minimum or course.minimum,
        "first_day": page.first_day,
        "last_day": page.last_day,
    }
    roster, created = Roster.objects.select_for_update().get_or_create(
        translation_key=page.translation_key, defaults=facts
    )
    if not created:
        # The CMS refuses fewer places than are taken; this holds when somebody was just quicker.
        facts["capacity"] = max(facts["capacity"], seats.most_taken(roster))
        Roster.objects.filter(pk=roster.pk).update(**facts)
        roster.refresh_from_db()
        _seat_in_new_parts(roster, page)
    return roster


def follow_course(course):
    """The dates that inherit from this course get its new numbers."""
    for page in CourseEventPage.objects.child_of(course).live():
        follow(page)


def _seat_in_new_parts(roster, page):
    """Who has signed up for the whole course also has a seat in a part that was added later."""
    keys = {part.key for part in page.parts.all()}
    whole = roster.sign_ups.filter(state__in=SignUp.LIVE, kind=SignUp.Kind.COURSE)
    for sign_up in whole.order_by("created_at", "pk").prefetch_related("claims"):
        missing = keys - {claim.part_key for claim in sign_up.claims.all()}
        seats.claim(sign_up, missing, capacity=roster.capacity)


def lock(roster_id):
    """The roster row, locked until the transaction ends (SQLite: the whole database is)."""
    rosters = Roster.objects.all()
    if settings.SEAT_GUARD:
        rosters = rosters.select_for_update()
    return rosters.get(pk=roster_id)


def protecting(pages):
    """Those of `pages` and the pages below them that must stay because people signed up."""
    keys = set()
    for page in pages:
        events = CourseEventPage.objects.descendant_of(page, inclusive=True)
        keys.update(
            events.filter(locale=Locale.get_default()).values_list("translation_key", flat=True)
        )
    used = SignUp.objects.filter(roster__translation_key__in=keys).values("roster")
    return list(Roster.objects.filter(pk__in=used))


def refuse_deletion(page):
    """Raise ProtectedError for an event page on whose roster people have signed up."""
    kept = protecting([page])
    if kept:
        raise ProtectedError(
            _("People have signed up for %(events)s.")
            % {"events": ", ".join(roster.code for roster in kept)},
            set(kept),
        )


@transaction.atomic
def decide(roster, *, state, availability_override):
    """What staff say about a date. Waits for sign-ups that are under way, and they for it."""
    roster = lock(roster.pk)
    roster.state = state
    roster.availability_override = availability_override
    roster.save(update_fields=["state", "availability_override"])
    return roster
