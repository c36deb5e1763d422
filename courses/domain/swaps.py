"""Swaps: a participant wishes for another date, staff offer a place there, and they answer.

There is no waiting list: only participants can wish, and nothing happens without staff. The states
of an offer:

    open -> accepted | refused | lapsed | withdrawn

The seats offered are claims on the other roster, so nobody else can take them meanwhile. Code that
changes an offer holds the lock of that roster; code that moves a sign-up holds both locks.
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
from core.rows import work_through
from courses import mails
from courses.domain import moves, rosters, seats, transitions
from courses.domain.transitions import WrongStateError
from courses.mails.values import days_of, of_offer
from courses.models import CourseEventPage, Roster, SignUp, SwapOffer
from courses.reading import events
from courses.reading.event import Event
from courses.values.days import moment_in_words

State = SwapOffer.State
MAY_BE_OFFERED = (SignUp.State.CONFIRMED, SignUp.State.AWAITING_PAYMENT)


class OfferGoneError(Exception):
    """The offer is no longer open."""


def can_wish(sign_up: SignUp) -> bool:
    """Whether this sign-up may wish for another date: a whole course that has not begun."""
    return (
        sign_up.is_live
        and sign_up.kind == SignUp.Kind.COURSE
        and sign_up.roster.first_day > timezone.localdate()
    )


def choices(sign_up: SignUp, *, locale: Locale | None = None) -> list[Event]:
    """The events for which this person can wish: other coming dates of the course, in order."""
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
def set_wishes(sign_up: SignUp, roster_ids: Iterable[int]) -> SignUp:
    """Replace the wishes of a sign-up by these rosters, as far as they can be wished for.

    A date that is on offer stays among the wishes until the person answers. Raises WrongStateError.
    """
    sign_up = transitions.lock_in_state(sign_up, *SignUp.LIVE)
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
    """{roster id: the sign-ups to which it could be offered, oldest first}, whether full or not."""
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
    """The sign-ups to which a place on this roster can be offered now, oldest first."""
    return dict(all_matches([roster])).get(roster, [])


def all_matches(for_rosters: Iterable[Roster] | None = None) -> list[tuple[Roster, list[SignUp]]]:
    """[(roster, its `matches`)] of coming dates that have room and are wished for."""
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
    """Whether this date can be wished for and has a free seat in every part."""
    return _can_be_wished(event) and event.free_for(SignUp.Kind.COURSE) > 0


@transaction.atomic
def offer(sign_up: SignUp, roster: Roster, *, by: User) -> SwapOffer:
    """Offer a place on `roster` to a person who wished for it, and keep it until the term passes.

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
    moves.refuse_second_sign_up(sign_up, roster)
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
        **of_offer(roster, event),
        offer_days=lambda: days_of(sign_up, event),
        answer_before=lambda: moment_in_words(made.until),
    )
    return made


@transaction.atomic
def accept(offer: SwapOffer) -> SignUp:
    """Accept an offer for the person: seats, invoice and calendar move. Idempotent.

    Returns the sign-up. Raises OfferGoneError.
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
    moves.move_to_claimed_seats(sign_up, event, offer.roster, now)
    transitions.end_offer(offer, State.ACCEPTED, now)
    moves.tell_office(sign_up, offer.left)
    return sign_up


@transaction.atomic
def refuse(offer: SwapOffer) -> SignUp:
    """Refuse an offer for the person: the seats are freed and the wish is removed. Idempotent.

    Returns the sign-up. Raises OfferGoneError.
    """
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
    """Withdraw an offer for staff. The wish stays. Raises OfferGoneError after an answer."""
    sign_up, offer = _locked(offer)
    if offer.state != State.OPEN:
        raise OfferGoneError
    now = timezone.now()
    transitions.end_offer(offer, State.WITHDRAWN, now)
    transitions.log(sign_up, now, by=by, note=f"offer of {offer.roster.code} withdrawn")
    return sign_up


def lapse_unanswered(now: datetime | None = None) -> int:
    """End every offer that was not answered in time. Returns how many."""
    now = now or timezone.now()
    due = SwapOffer.objects.filter(state=State.OPEN, until__lte=now)
    ids = due.order_by().values_list("roster_id", flat=True).distinct()

    def lapse(roster_id: int) -> int:
        with transaction.atomic():
            return transitions.lapse_offers(rosters.lock(roster_id), now)

    return sum(work_through(list(ids), lapse, name="offers of roster"))


def _answer_before(now: datetime, *two_rosters: Roster) -> datetime:
    """The end of the term, or the start of the earlier of the two dates if that comes first."""
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
