"""Rosters: created when the page of a date is published, locked whenever seats change."""

import datetime
import uuid
from collections.abc import Iterable
from contextlib import suppress

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from core.once import once_per_request
from courses.domain import seats
from courses.models import CourseEventPage, CoursePage, Roster, SeatClaim, SignUp, SwapOffer
from courses.reading import events, told
from courses.reading.seats import count_by_part, least_capacity

STILL_NOTED = datetime.timedelta(days=30)  # after the last day of a date


@transaction.atomic
def sync_with_page(page: CourseEventPage) -> Roster | None:
    """Create the roster of a published event page, or bring it in line with the page.

    Returns the roster; None for a translation and for a page without days or code. Takes the
    roster's lock, so that a change of capacity and a sign-up wait for each other.
    """
    if page.locale_id != Locale.get_default().pk or page.first_day is None or not page.code:
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
        "decision_day": page.decision_day,
    }
    roster, created = Roster.objects.select_for_update(no_key=True).get_or_create(
        translation_key=page.translation_key, defaults=facts | {"told": told.for_new_roster(page)}
    )
    if not created:
        # The CMS refuses a capacity below what is taken; this guards against a sign-up since then.
        facts["capacity"] = max(facts["capacity"], least_capacity(roster))
        facts |= told.after_publishing(roster, page)
        Roster.objects.filter(pk=roster.pk).update(**facts)
        roster.refresh_from_db()
        seats.make_extra_seats_ordinary(roster)
        _seat_in_new_parts(roster, page)
    return roster


def record_what_was_told() -> None:
    """Record what is published now for rosters from before that was recorded. Idempotent."""
    for roster in Roster.objects.filter(told={}):
        page = CourseEventPage.objects.filter(
            translation_key=roster.translation_key, locale=Locale.get_default()
        ).first()
        if page:
            Roster.objects.filter(pk=roster.pk, told={}).update(told=told.for_new_roster(page))


def note_what_pages_say() -> None:
    """Note since when the pages of dates say what they say of places and of going ahead.

    Idempotent. What a date said first is no change.
    """
    since = timezone.localdate() - STILL_NOTED
    pages = CourseEventPage.objects.live().filter(locale=Locale.get_default(), last_day__gte=since)
    for event in events.from_pages(pages, locale=Locale.get_default()):
        roster = event.roster
        if roster is None:
            continue
        said = " ".join([event.availability.value, "certain" if event.is_going_ahead else ""])
        if (said := said.strip()) != roster.shown_state:
            changed = timezone.now() if roster.shown_state else None
            Roster.objects.filter(pk=roster.pk, shown_state=roster.shown_state).update(
                shown_state=said, shown_since=changed
            )


def sync_with_course(course: CoursePage) -> None:
    """Bring the rosters of all live dates of this course in line with its new values."""
    for page in CourseEventPage.objects.child_of(course).live():
        sync_with_page(page)


def _seat_in_new_parts(roster: Roster, page: CourseEventPage) -> None:
    """Claim seats in parts that were added later, for whole-course sign-ups and open offers.

    Beyond capacity if need be, as for people whom the office let in beyond capacity.
    """
    keys = {part.key for part in page.parts.all()}
    whole = roster.sign_ups.filter(state__in=SignUp.LIVE, kind=SignUp.Kind.COURSE)
    for sign_up in whole.order_by("created_at", "pk").prefetch_related("claims"):
        own = {claim.part_key for claim in sign_up.claims.all() if claim.offer_id is None}
        seats.claim(sign_up, keys - own, capacity=roster.capacity, beyond=True)
    for offer in roster.swap_offers.filter(state=SwapOffer.State.OPEN).select_related("sign_up"):
        offered = set(offer.claims.values_list("part_key", flat=True))
        seats.claim(
            offer.sign_up, keys - offered, offer=offer, capacity=roster.capacity, beyond=True
        )


def coming() -> list[Roster]:
    """The rosters whose last day is not over, soonest first. Looked up once for each request."""
    today = timezone.localdate()
    return once_per_request("coming rosters", lambda: list(kept().filter(last_day__gte=today)))


def kept() -> QuerySet[Roster]:
    """The rosters of dates that have a page, published or not, or on which people are or were."""
    pages = CourseEventPage.objects.filter(translation_key=OuterRef("translation_key"))
    return Roster.objects.filter(
        Exists(pages) | Exists(SignUp.objects.filter(roster=OuterRef("pk")))
    )


def has_page(roster: Roster) -> bool:
    """Whether the date still has a page; one with people on it cannot be deleted in the CMS."""
    return CourseEventPage.objects.filter(translation_key=roster.translation_key).exists()


def remove_unused(page: CourseEventPage) -> None:
    """Remove the roster of a deleted page on which nothing ever happened."""
    nothing = {"sign_ups": None, "claims": None, "swap_offers": None, "messages": None}
    with suppress(ProtectedError):  # somebody left this date for another one
        Roster.objects.filter(translation_key=page.translation_key, **nothing).delete()


def lock(roster_id: int) -> Roster:
    """The roster, locked until the transaction ends (on SQLite the whole database is locked).

    Waits up to ten seconds for it: 500 people may want a place of one date at once. Everybody else
    waits two seconds for a lock, see DATABASES.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
    # no_key: a sign-up that wishes for this date only refers to the row, and need not wait.
    return Roster.objects.select_for_update(no_key=True).get(pk=roster_id)


def lock_for_page(page: CourseEventPage) -> Roster | None:
    """The roster of this date, locked until the transaction ends; None before it was published."""
    found = Roster.objects.select_for_update(no_key=True)
    return found.filter(translation_key=page.translation_key).first()


def taken_by_part(page: CourseEventPage) -> dict[uuid.UUID, int]:
    """{part key: seats taken}, including those of lapsed holds that were not released yet."""
    return count_by_part(SeatClaim.objects.filter(roster__translation_key=page.translation_key))


def least_capacity_of(page: CourseEventPage) -> int:
    """The lowest capacity with which nobody on this date loses a seat."""
    roster = Roster.objects.filter(translation_key=page.translation_key).first()
    return least_capacity(roster) if roster else 0


def protecting(pages: Iterable[Page]) -> list[Roster]:
    """The rosters, of these pages and all below them, on which people have signed up."""
    keys = set()
    for page in pages:
        events = CourseEventPage.objects.descendant_of(page, inclusive=True)
        keys.update(
            events.filter(locale=Locale.get_default()).values_list("translation_key", flat=True)
        )
    used = SignUp.objects.filter(roster__translation_key__in=keys).values("roster")
    return list(Roster.objects.filter(pk__in=used))


def refuse_deletion(page: Page) -> None:
    """Raise ProtectedError if people have signed up for a date at or below this page."""
    kept = protecting([page])
    if kept:
        raise ProtectedError(
            _("People have signed up for %(events)s.")
            % {"events": ", ".join(roster.code for roster in kept)},
            set(kept),
        )


@transaction.atomic
def set_availability(
    roster: Roster, *, availability_override: str, state: str | None = None
) -> Roster:
    """Save what staff say about signing up for this date.

    `availability_override` is a `Roster.Override` or empty. `state` is planned or closed, and is
    ignored once it has been decided whether the date goes ahead (see `go_no_go`).
    """
    roster = lock(roster.pk)
    undecided = (Roster.State.PLANNED, Roster.State.CLOSED)
    if state in undecided and roster.state in undecided:
        roster.state = state
    roster.availability_override = availability_override
    roster.save(update_fields=["state", "availability_override"])
    return roster
