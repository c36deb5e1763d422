"""The roster of an event: made when its page is published, and the row to lock."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from core.once import once_per_request
from courses.domain import seats
from courses.models import CourseEventPage, CoursePage, Roster, SignUp, SwapOffer
from courses.reading import told
from courses.reading.seats import least_capacity


@transaction.atomic
def sync_with_page(page: CourseEventPage) -> Roster | None:
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
        "decision_day": page.decision_day,
    }
    roster, created = Roster.objects.select_for_update(no_key=True).get_or_create(
        translation_key=page.translation_key, defaults=facts | {"told": told.first(page)}
    )
    if not created:
        # The CMS refuses fewer places than are taken; this holds when somebody was just quicker.
        facts["capacity"] = max(facts["capacity"], least_capacity(roster))
        facts |= told.after_publishing(roster, page)
        Roster.objects.filter(pk=roster.pk).update(**facts)
        roster.refresh_from_db()
        seats.settle(roster)
        _seat_in_new_parts(roster, page)
    return roster


def write_down_what_was_told() -> None:
    """For rosters from before that was written down: what is published now. Safe to repeat."""
    for roster in Roster.objects.filter(told={}):
        page = CourseEventPage.objects.filter(
            translation_key=roster.translation_key, locale=Locale.get_default()
        ).first()
        if page:
            Roster.objects.filter(pk=roster.pk, told={}).update(told=told.first(page))


def sync_with_course(course: CoursePage) -> None:
    """The dates that inherit from this course get its new numbers."""
    for page in CourseEventPage.objects.child_of(course).live():
        sync_with_page(page)


def _seat_in_new_parts(roster: Roster, page: CourseEventPage) -> None:
    """Who has signed up for the whole course also has a seat in a part that was added later.

    So has somebody to whom a place is offered. Those whom the office let in beyond capacity come
    to the new part as well.
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
    """The rosters whose last day is not over, soonest first; for one page looked up once."""
    today = timezone.localdate()
    return once_per_request(
        "coming rosters", lambda: list(Roster.objects.filter(last_day__gte=today))
    )


def lock(roster_id: int) -> Roster:
    """The roster row, locked until the transaction ends (SQLite: the whole database is)."""
    # no_key: a sign-up that wishes for this date only refers to the row, and need not wait.
    return Roster.objects.select_for_update(no_key=True).get(pk=roster_id)


def protecting(pages: Iterable[Page]) -> list[Roster]:
    """Those of `pages` and the pages below them that must stay because people signed up."""
    keys = set()
    for page in pages:
        events = CourseEventPage.objects.descendant_of(page, inclusive=True)
        keys.update(
            events.filter(locale=Locale.get_default()).values_list("translation_key", flat=True)
        )
    used = SignUp.objects.filter(roster__translation_key__in=keys).values("roster")
    return list(Roster.objects.filter(pk__in=used))


def refuse_deletion(page: Page) -> None:
    """Raise ProtectedError for an event page on whose roster people have signed up."""
    kept = protecting([page])
    if kept:
        raise ProtectedError(
            _("People have signed up for %(events)s.")
            % {"events": ", ".join(roster.code for roster in kept)},
            set(kept),
        )


@transaction.atomic
def decide(roster: Roster, *, availability_override: str, state: str | None = None) -> Roster:
    """What staff say about signing up. Waits for sign-ups that are under way, and they for it.

    `state` is planned or closed, and only counts until it has been decided whether the date goes
    ahead: that is for `go_no_go`.
    """
    roster = lock(roster.pk)
    undecided = (Roster.State.PLANNED, Roster.State.CLOSED)
    if state in undecided and roster.state in undecided:
        roster.state = state
    roster.availability_override = availability_override
    roster.save(update_fields=["state", "availability_override"])
    return roster
