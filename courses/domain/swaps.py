"""Another date: somebody wishes for it, a place frees, staff offer it, the person says yes or no.

There is no waiting list: only who has signed up can wish, and nothing moves by itself.

    open -> accepted | refused | lapsed | withdrawn

An offered place is a seat claim on the other roster, so nobody else can have it meanwhile. Whoever
touches an offer holds the lock of that roster; who moves somebody, of both.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeGuard

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from core.models import SiteSettings, User
from courses import mails
from courses.domain import moves, rosters, seats, transitions
from courses.domain.transitions import WrongStateError
from courses.mails.values import days_of
from courses.models import CourseEventPage, Roster, SignUp, SwapOffer
from courses.reading import events
from courses.reading.event import Event
from courses.values.days import moment_in_words

State = SwapOffer.State
MAY_BE_OFFERED = (SignUp.State.CONFIRMED, SignUp.State.AWAITING_PAYMENT)


class OfferGoneError(Exception):
    """The offer does not stand any more."""


def can_wish(sign_up: SignUp) -> bool:
    """Who comes to a whole course that has not begun may wish for another date of it."""
    return (
        sign_up.is_live
        and sign_up.kind == SignUp.Kind.COURSE
        and sign_up.roster.first_day > timezone.localdate()
    )


def choices(sign_up: SignUp, *, locale: Locale | None = None) -> list[Event]:
    """The events that this person can wish for: coming ones of the same course, soonest first."""
    locale = locale or Locale.get_default()
    own = events.of_roster(sign_up.roster, locale=locale)
    if own is None or not can_wish(sign_up):
        return []
    return [
        event
        for event in events.coming(locale=locale, course=own.course)
        if _can_be_wished(event) and event.roster_id != sign_up.roster_id
    ]


@transaction.atomic
def wish(sign_up: SignUp, roster_ids: Iterable[int]) -> SignUp:
    """From now on these are the wishes, as far as they can be had; none withdraws them all.

    A date that is being offered stays among them until the person has answered.
    """
    sign_up = transitions.locked(sign_up, *SignUp.LIVE)
    offered = open_offer(sign_up)
    possible = {event.roster_id for event in choices(sign_up)}
    wanted = {pk for pk in roster_ids if pk in possible}
    if offered:
        wanted.add(offered.roster_id)
    before = set(sign_up.swap_wishes.values_list("pk", flat=True))
    if wanted != before:
        sign_up.swap_wishes.set(wanted)
        transitions.log(sign_up, timezone.now(), note="wishes for another date changed")
    return sign_up


def open_offer(sign_up: SignUp, now: datetime | None = None) -> SwapOffer | None:
    """The offer that this person can answer now, or None."""
    found = sign_up.swap_offers.filter(state=State.OPEN, until__gt=now or timezone.now())
    found = found.exclude(roster__state=Roster.State.CALLED_OFF)
    return found.select_related("roster").first()


def wishers(for_rosters: Iterable[Roster]) -> dict[int, list[SignUp]]:
    """{roster id: sign-ups to which it could be offered, by order of sign-up}, full or not."""
    Wish = SignUp.swap_wishes.through
    rows = Wish.objects.filter(
        roster__in=for_rosters,
        signup__kind=SignUp.Kind.COURSE,
        signup__state__in=MAY_BE_OFFERED,
        signup__roster__first_day__gt=timezone.localdate(),
    )
    rows = rows.exclude(signup__hold_until__lte=timezone.now())
    rows = rows.exclude(signup__swap_offers__state=State.OPEN)
    found: defaultdict[int, list[SignUp]] = defaultdict(list)
    for row in rows.select_related("signup__roster").order_by("signup__created_at", "signup"):
        found[row.roster_id].append(row.signup)
    return found


def matches(roster: Roster) -> list[SignUp]:
    """Whom a place on this roster can be offered now, by order of sign-up."""
    return dict(all_matches([roster])).get(roster, [])


def all_matches(for_rosters: Iterable[Roster] | None = None) -> list[tuple[Roster, list[SignUp]]]:
    """[(roster, sign-ups)] of the coming dates with room in every part that somebody wishes for."""
    if for_rosters is None:
        for_rosters = Roster.objects.filter(first_day__gt=timezone.localdate())
    found = wishers(for_rosters)
    if not found:
        return []
    pages = CourseEventPage.objects.live().filter(
        translation_key__in=[
            roster.translation_key for roster in for_rosters if roster.pk in found
        ],
        locale=Locale.get_default(),
    )
    loaded = events.from_pages(pages.order_by("first_day", "pk"), locale=Locale.get_default())
    return [
        (event.roster, found[event.roster.pk])
        for event in loaded
        if event.roster is not None and has_room(event)
    ]


def has_room(event: Event) -> bool:
    """Whether there is a place to offer in every part of a date that can be wished for."""
    return _can_be_wished(event) and event.free_for(SignUp.Kind.COURSE) > 0


@transaction.atomic
def offer(sign_up: SignUp, roster: Roster, *, by: User) -> SwapOffer:
    """Staff keep a place on `roster` for somebody who wished for it, until the term has passed.

    Raises WrongStateError when it cannot be offered (any more), moves.AlreadyThereError, and
    seats.NoSeatError when a part is full.
    """
    sign_up = transitions.lock(sign_up.pk, roster.pk)
    now = timezone.now()
    _refuse_who_cannot_move(sign_up, now)
    roster = Roster.objects.get(pk=roster.pk)
    transitions.release_lapsed(roster, now)
    event = events.for_reader(roster, sign_up.language)
    is_wished = sign_up.swap_wishes.filter(pk=roster.pk).exists()
    has_offer = sign_up.swap_offers.filter(state=State.OPEN).exists()
    if not is_wished or has_offer or not _can_be_wished(event):
        raise WrongStateError
    moves.refuse_twice(sign_up, roster)
    made = SwapOffer.objects.create(
        sign_up=sign_up,
        roster=roster,
        left=sign_up.roster,
        until=_answer_before(now, sign_up.roster, roster),
        created_at=now,
        by=by,
    )
    parts = [part.key for part in event.parts]
    seats.claim(sign_up, parts, capacity=roster.capacity, offer=made)
    transitions.log(sign_up, now, by=by, note=f"{roster.code} offered")
    mails.send(
        "swap_offer",
        sign_up,
        events.of_roster(sign_up.roster),
        offer=event.title,
        offer_days=lambda: days_of(sign_up, event),
        answer_before=lambda: moment_in_words(made.until),
    )
    return made


@transaction.atomic
def accept(offer: SwapOffer) -> SignUp:
    """The person says yes: all parts, the invoice and the calendar move. Twice is once.

    Raises OfferGoneError or moves.AlreadyThereError.
    """
    sign_up, offer = _locked(offer)
    if offer.state == State.ACCEPTED:
        return sign_up
    now = timezone.now()
    event = events.for_reader(offer.roster, sign_up.language)
    if offer.state != State.OPEN or offer.until <= now or not _can_be_wished(event):
        raise OfferGoneError
    try:
        _refuse_who_cannot_move(sign_up, now)
    except WrongStateError:
        raise OfferGoneError from None
    moves.refuse_twice(sign_up, offer.roster)
    moves.take_along(sign_up, event, offer.roster, now)
    transitions.end_offer(offer, State.ACCEPTED, now)
    moves.tell_office(sign_up, offer.left)
    return sign_up


@transaction.atomic
def refuse(offer: SwapOffer) -> SignUp:
    """The person says no: the place is free for the next, and the wish is no more."""
    sign_up, offer = _locked(offer)
    if offer.state == State.REFUSED:
        return sign_up
    if offer.state != State.OPEN:
        raise OfferGoneError
    now = timezone.now()
    transitions.end_offer(offer, State.REFUSED, now)
    sign_up.swap_wishes.remove(offer.roster)
    refused = offer.roster.code
    transitions.log(sign_up, now, note=f"offer of {refused} refused")
    _tell_office(sign_up, lambda: _("Does not want to move to %(code)s.") % {"code": refused})
    return sign_up


@transaction.atomic
def withdraw(offer: SwapOffer, *, by: User) -> SignUp:
    """Staff take an offer back. The wish stays. Raises OfferGoneError after an answer."""
    sign_up, offer = _locked(offer)
    if offer.state != State.OPEN:
        raise OfferGoneError
    now = timezone.now()
    transitions.end_offer(offer, State.WITHDRAWN, now)
    transitions.log(sign_up, now, by=by, note=f"offer of {offer.roster.code} withdrawn")
    return sign_up


def lapse(now: datetime | None = None) -> int:
    """End every offer that nobody answered in time. Returns how many."""
    now = now or timezone.now()
    due = SwapOffer.objects.filter(state=State.OPEN, until__lte=now)
    ended = 0
    for roster_id in list(due.order_by().values_list("roster_id", flat=True).distinct()):
        with transaction.atomic():
            ended += transitions.lapse_offers(rosters.lock(roster_id), now)
    return ended


def _answer_before(now: datetime, *two_rosters: Roster) -> datetime:
    """The end of the term, or else the day on which the first of the two dates begins."""
    term = now + timedelta(days=SiteSettings.current().swap_offer_days)
    begins = min(roster.first_day for roster in two_rosters)
    return min(term, timezone.make_aware(datetime.combine(begins, datetime.min.time())))


def _locked(offer: SwapOffer) -> tuple[SignUp, SwapOffer]:
    sign_up = transitions.lock(offer.sign_up_id, offer.roster_id)
    found = SwapOffer.objects.select_related("roster", "left")
    return sign_up, found.select_for_update(of=["self"], no_key=True).get(pk=offer.pk)


def _can_be_wished(event: Event | None) -> TypeGuard[Event]:
    return moves.is_possible(event, SignUp.Kind.COURSE)


def _refuse_who_cannot_move(sign_up: SignUp, now: datetime) -> None:
    has_lapsed = sign_up.hold_until is not None and sign_up.hold_until <= now
    if sign_up.state not in MAY_BE_OFFERED or has_lapsed or not can_wish(sign_up):
        raise WrongStateError


def _tell_office(sign_up: SignUp, reason: Callable[[], str]) -> None:
    event = events.of_roster(sign_up.roster)
    mails.notify_office(sign_up, event, "office_change", reason=reason)
