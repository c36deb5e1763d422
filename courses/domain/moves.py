"""Moves of a sign-up to another date: by the office, by an offer (see `swaps`), or by choice after
a date was called off. Seats, invoice, calendar and money follow in one transaction.
"""

from datetime import date, datetime
from typing import TypeGuard

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from core.models import User
from courses import mails
from courses.documents import calendar
from courses.domain import buyers, doubles, invoices, refunds, seats, settling, transitions
from courses.domain.transitions import WrongStateError
from courses.models import Payment, Refund, Roster, SignUp
from courses.reading import events
from courses.reading.event import Event
from courses.values.money import format_euros


class AlreadyThereError(Exception):
    """The same person has another live sign-up on that date."""


class GoneDateError(Exception):
    """Nobody can move to that date any more: it has begun, was called off, or was unpublished."""


class StalePriceError(Exception):
    """The other date no longer has the price that was shown, or it cannot be charged now."""


def can_move(sign_up: SignUp, now: datetime | None = None) -> bool:
    """Whether this sign-up can move: live, not lapsed, and without a certificate of its date.

    A sign-up whose personal data were removed cannot.
    """
    has_lapsed = sign_up.hold_until is not None and sign_up.hold_until <= (now or timezone.now())
    certificate = getattr(sign_up, "certificate", None)
    is_certified = certificate is not None and certificate.revoked_at is None
    is_somebody = sign_up.is_live and sign_up.forgotten_at is None
    return is_somebody and not has_lapsed and not is_certified


def choices(sign_up: SignUp, *, locale: Locale | None = None) -> list[Event]:
    """The events of the same course to which this person could move, full or not, soonest first.

    The free seats are `event.free_for(sign_up.kind)`.
    """
    locale = locale or Locale.get_default()
    own = events.of_roster(sign_up.roster, locale=locale)
    if own is None:
        return []
    return [
        event
        for event in events.not_over(locale=locale, course=own.course)
        if is_possible(event, sign_up.kind) and event.roster_id != sign_up.roster_id
    ]


def is_possible(event: Event | None, kind: str) -> TypeGuard[Event]:
    """Whether people of this kind can still move to this event, apart from free seats."""
    if event is None or event.roster is None:
        return False
    parts = event.parts_for(kind)
    return (
        bool(parts)
        and event.facts.live
        and event.roster.state != Roster.State.CALLED_OFF
        and parts[0].first_day > timezone.localdate()
    )


def new_price(sign_up: SignUp, event: Event) -> int | None:
    """The price of the other date in cents if it differs and can be charged, or else None.

    A sign-up without a price stays without one.
    """
    price = event.price_for(sign_up.kind)
    is_owed = sign_up.state in SignUp.HELD or sign_up.paid_at is not None
    if not sign_up.price_cents or not is_owed or price in (None, sign_up.price_cents):
        return None
    return price


@transaction.atomic
def move(
    sign_up: SignUp,
    roster: Roster,
    *,
    by: User | None,
    price_cents: int | None = None,
    reason: str = "",
) -> SignUp:
    """Move a sign-up to `roster`, with all parts of its kind. `by` is None for the person's choice.

    The price stays as agreed unless `price_cents` is given: the price of the other date, as it was
    shown. If the sign-up was paid, a lower price gives a refund, and for a higher one the office
    has received the difference. A `reason` allows seats beyond capacity.

    Raises WrongStateError, GoneDateError, StalePriceError, seats.NoSeatError when a part is full,
    and AlreadyThereError when staff (`by`) would put the person there twice.
    """
    sign_up = transitions.lock(sign_up.pk, roster.pk)
    now = timezone.now()
    if not can_move(sign_up, now) or sign_up.roster_id == roster.pk:
        raise WrongStateError
    roster = Roster.objects.get(pk=roster.pk)
    event = events.for_reader(roster, sign_up.language)
    if not is_possible(event, sign_up.kind):
        raise GoneDateError
    if price_cents is not None and price_cents != new_price(sign_up, event):
        raise StalePriceError
    if by is not None:
        refuse_second_sign_up(sign_up, roster)
    former = sign_up.roster
    transitions.withdraw_offers(sign_up, now)
    _take_seats(sign_up, event, roster, now, by, reason)
    move_to_claimed_seats(sign_up, event, roster, now, by=by, price_cents=price_cents)
    if by is None:
        tell_office(sign_up, former)
    return sign_up


def move_to_claimed_seats(
    sign_up: SignUp,
    event: Event,
    roster: Roster,
    now: datetime,
    *,
    by: User | None = None,
    price_cents: int | None = None,
) -> None:
    """Move a sign-up to the date of `event`, on whose `roster` its seats are claimed already.

    An unpaid sign-up that leaves a date that was called off gets a new term, and so does its unpaid
    invoice. The caller has locked the sign-up and both rosters.
    """
    former = sign_up.roster
    is_twice = doubles.step_aside(sign_up, roster)
    seats.move(sign_up, roster)
    sign_up.calendar_sequence = calendar.sequence_on(roster, sign_up)
    sign_up.roster = roster
    sign_up.event_title = event.title
    sign_up.knows_since = now
    due_on = _new_terms(sign_up, former, now)
    changed = ("roster", "person_key", "event_title", "calendar_sequence", "knows_since")
    sign_up.save(update_fields=[*changed, "hold_until"])
    sign_up.swap_wishes.remove(roster)
    transitions.log(sign_up, now, by=by, note=f"moved from {former.code} to {roster.code}")
    agreed = sign_up.price_cents
    if price_cents is None:
        invoices.replace(sign_up, due_on=due_on)
    else:
        _change_price(sign_up, price_cents, now, by, due_on)
    mails.send("swapped", sign_up, event, new_price=lambda: _price_in_words(sign_up, agreed))
    if sign_up.state == SignUp.State.AWAITING_PAYMENT and sign_up.price_cents == 0:
        transitions.confirm(sign_up, now, by=by)
    settling.use_waiting_money(sign_up, now, by=by)
    if is_twice:
        doubles.tell_office(sign_up)


def _new_terms(sign_up: SignUp, former: Roster, now: datetime) -> date | None:
    """Set the hold of an unpaid sign-up. Returns the new due date of its invoice, if it has one."""
    if sign_up.state not in SignUp.HELD:
        return None
    if former.state == Roster.State.CALLED_OFF:
        transitions.hold_until_at_least(sign_up, transitions.end_of_hold(now))
    invoice = invoices.standing(sign_up)
    if invoice is None or invoice.due_on is None:
        return None
    due_on = buyers.invoice_due_on(sign_up, timezone.localdate(now))
    if due_on is not None:
        sign_up.hold_until = buyers.hold_until_end_of(due_on)
    return due_on


def refuse_second_sign_up(sign_up: SignUp, roster: Roster) -> None:
    """Raise AlreadyThereError when the same person has a live sign-up there. For staff."""
    if doubles.exists(roster, sign_up.person_key):
        raise AlreadyThereError


def tell_office(sign_up: SignUp, former: Roster) -> None:
    """Tell the office that a person has moved by their own choice."""
    mails.notify_office(
        sign_up,
        events.of_roster(sign_up.roster),
        "office_change",
        reason=lambda: _("Moved here from %(code)s.") % {"code": former.code},
    )


def _price_in_words(sign_up: SignUp, agreed: int | None) -> str:
    price = sign_up.price_cents
    if price is None or agreed is None or price == agreed:
        return ""
    words = {"price": format_euros(price), "difference": format_euros(abs(price - agreed))}
    if sign_up.paid_at is None:
        return _("The price of this date is %(price)s.") % words
    if price < agreed:
        return _("The price of this date is %(price)s. We pay back %(difference)s.") % words
    return _("The price of this date is %(price)s. We have received the difference.") % words


def _take_seats(
    sign_up: SignUp, event: Event, roster: Roster, now: datetime, by: User | None, reason: str
) -> None:
    transitions.release_lapsed(roster, now)
    parts = [part.key for part in event.parts_for(sign_up.kind)]
    is_extra = seats.claim(
        sign_up, parts, capacity=roster.capacity, roster=roster, beyond=bool(reason)
    )
    if is_extra:
        note = f"beyond the capacity of {roster.code}"
        transitions.log(sign_up, now, by=by, note=note, reason=reason)


def _change_price(
    sign_up: SignUp, cents: int, now: datetime, by: User | None, due_on: date | None
) -> None:
    difference = cents - (sign_up.price_cents or 0)
    note = f"price changed from {sign_up.price_cents} to {cents} cents"
    sign_up.price_cents = cents
    sign_up.save(update_fields=["price_cents"])
    transitions.log(sign_up, now, by=by, note=note)
    invoices.replace(sign_up, cents, due_on=due_on)
    if sign_up.paid_at is None:
        return
    if difference < 0:
        refunds.give_back(sign_up, -difference, reason=Refund.Reason.OFFICE, by=by)
        return
    Payment.objects.create(
        sign_up=sign_up,
        gateway=Payment.OFFICE,
        by_buyer=_paid_by_buyer(sign_up),
        amount_cents=difference,
        paid_cents=difference,
        state=Payment.State.PAID,
        created_at=now,
        paid_at=now,
    )


def _paid_by_buyer(sign_up: SignUp) -> bool:
    """Whether the buyer paid before. The difference then is the buyer's, and so is a refund."""
    paid = sign_up.payments.filter(state=Payment.State.PAID).order_by("-paid_at", "-pk").first()
    return paid is not None and paid.by_buyer
