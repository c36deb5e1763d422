"""The choice of a person: another date, or all money back after a date was called off.

A live sign-up on such a roster has not chosen yet. Money goes back through
`cancellations.cancel_called_off`.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from courses.domain import invoices, moves, refunds, seats, transitions
from courses.domain.transitions import WrongStateError
from courses.models import Roster, SignUp
from courses.reading.decisions import decide_on
from courses.reading.event import Event
from courses.values.days import moment_in_words
from courses.values.money import format_euros

REMIND_AFTER = timedelta(days=7)
TIME_TO_CHOOSE = timedelta(days=14)  # for people who have not paid; then the sign-up ends


def has_to_choose(sign_up: SignUp) -> bool:
    """Whether this person's date was called off and they have not chosen yet."""
    return sign_up.is_live and sign_up.roster.state == Roster.State.CALLED_OFF


def other_dates(sign_up: SignUp, *, locale: Locale | None = None) -> list[Event]:
    """The events that this person can choose now: coming dates of the course with room."""
    return [
        event
        for event in moves.choices(sign_up, locale=locale)
        if event.availability_for(sign_up.kind).is_open
    ]


def can_move_now(sign_up: SignUp) -> bool:
    """Whether a person whose place is held or final may still move to another date by themselves.

    Until the day on which it is decided whether their own date goes ahead: from then on, others
    and the office count on them.
    """
    if sign_up.state not in (SignUp.State.AWAITING_PAYMENT, SignUp.State.CONFIRMED):
        return False
    is_off = sign_up.roster.state == Roster.State.CALLED_OFF
    is_course = sign_up.kind == SignUp.Kind.COURSE
    is_early = timezone.localdate() < decide_on(sign_up.roster)
    return is_course and is_early and not is_off and moves.can_move(sign_up)


def own_moves(sign_up: SignUp, *, locale: Locale | None = None) -> list[Event]:
    """The open events to which this person can move now.

    For the agreed price or another one, but for none that asks for money beyond what was paid, or
    that is on an invoice: that is for the office.
    """
    if not can_move_now(sign_up):
        return []
    found = other_dates(sign_up, locale=locale)
    return [event for event in found if _can_settle(sign_up, moves.new_price(sign_up, event))]


def price_to_move(sign_up: SignUp, event: Event) -> int | None:
    """The price in cents that this person gets there if it is another one, or else None.

    After a no-go the price stays as agreed.
    """
    return None if has_to_choose(sign_up) else moves.new_price(sign_up, event)


def _can_settle(sign_up: SignUp, price: int | None) -> bool:
    """Whether a move to a date with this price needs nobody's help."""
    if price is None:
        return True
    if sign_up.paid_at is None:
        return invoices.standing(sign_up) is None
    return price < (sign_up.price_cents or 0)


def dates_to_choose(sign_up: SignUp, *, locale: Locale | None = None) -> list[Event]:
    """The events to which this person can move now, after a no-go or because they would rather."""
    find = other_dates if has_to_choose(sign_up) else own_moves
    return find(sign_up, locale=locale)


@transaction.atomic
def choose_date(sign_up: SignUp, roster: Roster, *, price_cents: int | None = None) -> SignUp:
    """Move a person to the date of their choice, with seats, invoice and calendar. Idempotent.

    `price_cents` is the other price that was shown, see `price_to_move`; what was paid too much
    goes back. An unpaid sign-up gets a new term. Raises WrongStateError when there is nothing to
    choose, seats.NoSeatError when that date cannot be chosen (any more), and
    moves.StalePriceError when its price is not the one that was shown.
    """
    sign_up = transitions.lock(sign_up.pk, roster.pk)
    if sign_up.is_live and sign_up.roster_id == roster.pk:
        return sign_up
    now = timezone.now()
    is_called_off = has_to_choose(sign_up)
    if not (is_called_off or can_move_now(sign_up)) or not moves.can_move(sign_up, now):
        raise WrongStateError
    possible = {event.roster_id: event for event in dates_to_choose(sign_up)}
    if roster.pk not in possible:
        raise seats.NoSeatError
    if price_cents != price_to_move(sign_up, possible[roster.pk]):
        raise moves.StalePriceError
    return moves.move(sign_up, roster, by=None, price_cents=price_cents)


def mail_values(sign_up: SignUp) -> dict[str, Callable[[], str]]:
    """The placeholders on the choice for `mails.send`, each made in the language of the mail."""
    return {
        "choice": lambda: in_words(sign_up),
        "other_dates": lambda: dates_in_words(other_dates(sign_up, locale=Locale.get_active())),
    }


def in_words(sign_up: SignUp) -> str:
    """What the person can choose, as a sentence or two in the active language."""
    paid = refunds.paid_or_waiting_cents(sign_up)
    if sign_up.hold_until and not paid:
        return _(
            "You have not paid anything, and you do not have to. Would you rather come on another"
            " date? You can choose one until %(until)s. If you do nothing, your sign-up ends then."
        ) % {"until": moment_in_words(sign_up.hold_until)}
    if not paid:
        return _("The choice is yours: you come on another date, or you cancel your sign-up.")
    return _(
        "The choice is yours: you come on another date for the same price, or everything that was"
        " paid (%(amount)s) comes back."
    ) % {"amount": format_euros(paid)}


def dates_in_words(found: Sequence[Event]) -> str:
    """The dates that can be chosen, a line for each, in the active language."""
    if not found:
        return _("At the moment there is no other date with room.")
    lines = [", ".join([event.days_in_words, *event.places]) for event in found]
    return "\n".join([_("As long as there are places, you can choose:"), *lines])
