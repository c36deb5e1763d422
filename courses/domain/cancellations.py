"""Ends sign-ups before the course: cancelled by the person or the office, or withdrawn in time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import SiteSettings, User
from courses import mails
from courses.documents import calendar
from courses.domain import invoices, refunds, transitions
from courses.models import Refund, Roster, SignUp
from courses.reading import events
from courses.reading.event import Event
from courses.reading.withdrawal import withdraw_until
from courses.values.days import moment_in_words
from courses.values.money import format_euros


@dataclass(frozen=True)
class Quote:
    """What a person who cancels now gets back: `back_cents` of the `paid_cents` that came in.

    `percent` is that share by the terms, `days_left` the number of days until the first day.
    """

    paid_cents: int
    back_cents: int
    percent: int
    days_left: int
    withdraw_until: datetime | None  # None: not a consumer, or the 14 days have passed

    @property
    def withdraw_day(self) -> date | None:
        """The last day on which the person can withdraw."""
        until = self.withdraw_until
        return until and timezone.localdate(until - timedelta(seconds=1))


def quote(sign_up: SignUp, now: datetime | None = None, event: Event | None = None) -> Quote:
    """What cancelling would give back now, by the terms; everything if the date was called off."""
    now = now or timezone.now()
    paid = refunds.paid_cents(sign_up)
    days_left = (first_day(sign_up, event) - timezone.localdate(now)).days
    called_off = sign_up.roster.state == Roster.State.CALLED_OFF
    percent = 100 if called_off else SiteSettings.current().percent_back(days_left)
    until = withdraw_until(sign_up)
    return Quote(
        paid_cents=paid,
        back_cents=paid * percent // 100,
        percent=percent,
        days_left=days_left,
        withdraw_until=until if until and now < until else None,
    )


def first_day(sign_up: SignUp, event: Event | None = None) -> date:
    """The first day on which this person comes."""
    event = event or events.of_roster(sign_up.roster)
    parts = event.parts_for(sign_up.kind) if event else ()
    return parts[0].first_day if parts else sign_up.roster.first_day


def has_begun(sign_up: SignUp, event: Event | None = None) -> bool:
    """Whether this person's first day has come, on a date that was not called off."""
    is_off = sign_up.roster.state == Roster.State.CALLED_OFF
    return not is_off and first_day(sign_up, event) <= timezone.localdate()


def cancel(
    sign_up: SignUp,
    *,
    by: User,
    back_cents: int = 0,
    paid_cents: int | None = None,
    explanation: str = "",
) -> SignUp:
    """End a live sign-up for the office, free its seats and pay back `back_cents`.

    `paid_cents` is what had come in when the office looked. Raises StaleQuoteError when that has
    changed since, so that no money is overlooked, and WrongStateError. Call this and the others
    outside a transaction: the provider is asked first. The `explanation` is for the mail.
    """
    refunds.ask_about(sign_up)
    with transaction.atomic():
        sign_up = transitions.lock_in_state(sign_up, *SignUp.LIVE)
        if paid_cents is not None and paid_cents != refunds.paid_cents(sign_up):
            raise StaleQuoteError
        reason = SignUp.EndReason.OFFICE
        return _end(
            sign_up, reason, back_cents, Refund.Reason.OFFICE, by=by, explanation=explanation
        )


def cancel_by_person(sign_up: SignUp, *, expected_cents: int) -> SignUp:
    """End a live sign-up for the person, who was shown that `expected_cents` come back.

    Raises StaleQuoteError when that amount has changed since, and WrongStateError, as from the
    first day.
    """
    refunds.ask_about(sign_up)
    with transaction.atomic():
        sign_up = transitions.lock_in_state(sign_up, *SignUp.LIVE)
        if has_begun(sign_up):
            raise transitions.WrongStateError
        back = quote(sign_up).back_cents
        if back != expected_cents:
            raise StaleQuoteError
        ended = _end(sign_up, SignUp.EndReason.PERSON, back, Refund.Reason.CANCELLED)
        _tell_office(ended)
        return ended


def withdraw(sign_up: SignUp) -> SignUp:
    """End a live sign-up of a consumer within 14 days: all money goes back, with a receipt by mail.

    From the first day on the office decides how much goes back, for what was attended may be
    charged (art. 6:230s(4) BW). Art. 11a of directive 2011/83/EU, in force since 19 June 2026, asks
    for a separate function, a step to confirm, and a receipt with date and time. Raises
    WrongStateError after the term.
    """
    refunds.ask_about(sign_up)
    with transaction.atomic():
        sign_up = transitions.lock_in_state(sign_up, *SignUp.LIVE)
        offered = quote(sign_up, timezone.now())
        if offered.withdraw_until is None:
            raise transitions.WrongStateError
        begun = has_begun(sign_up)
        reason = Refund.Reason.ATTENDED if begun else Refund.Reason.WITHDRAWN
        why = SignUp.EndReason.WITHDRAWN
        ended = _end(sign_up, why, offered.paid_cents, reason, is_due=begun)
        _tell_office(ended)
        return ended


def cancel_called_off(sign_up: SignUp, *, expected_cents: int) -> SignUp:
    """End a sign-up for a date that was called off: everything paid comes back, whatever the day.

    That includes money that came in after the date was called off. Raises WrongStateError when it
    was not called off, and StaleQuoteError when the amount paid is no longer the `expected_cents`
    that the person was shown.
    """
    refunds.ask_about(sign_up)
    with transaction.atomic():
        sign_up = transitions.lock_in_state(sign_up, *SignUp.LIVE)
        if sign_up.roster.state != Roster.State.CALLED_OFF:
            raise transitions.WrongStateError
        if refunds.paid_or_waiting_cents(sign_up) != expected_cents:
            raise StaleQuoteError
        reason = SignUp.EndReason.CALLED_OFF
        paid = refunds.paid_cents(sign_up)
        waiting = refunds.send_waiting(sign_up)
        return _end(sign_up, reason, paid, Refund.Reason.CALLED_OFF, waiting_cents=waiting)


class StaleQuoteError(Exception):
    """The amount that came in or goes back has changed since it was shown."""


def _end(
    sign_up: SignUp,
    why: str,
    back_cents: int,
    reason: str,
    *,
    by: User | None = None,
    is_due: bool = False,
    waiting_cents: int = 0,
    explanation: str = "",
) -> SignUp:
    transitions.end(sign_up, SignUp.State.CANCELLED, why, by=by)
    sign_up.calendar_sequence += 1
    sign_up.save(update_fields=["calendar_sequence"])
    given = refunds.give_back(sign_up, back_cents, reason=reason, by=by, is_due=is_due)
    money_back: Callable[[], str]
    if is_due and given:
        money_back = _office_decides
    else:
        invoices.credit_after_end(sign_up, refunds.paid_cents(sign_up))
        in_words = _back_in_time if why == SignUp.EndReason.WITHDRAWN else _money_back
        money_back = partial(in_words, given + waiting_cents)
    event = events.for_reader(sign_up.roster, sign_up.language)
    back: dict[str, Any] = {"money_back": money_back}
    if event:
        back["attachments"] = [calendar.cancelled(sign_up, event)]
    if why == SignUp.EndReason.WITHDRAWN:
        back["at"] = lambda: moment_in_words(sign_up.ended_at)
        mails.send("withdrawn", sign_up, event, **back)
    else:
        mails.send("cancelled", sign_up, event, explanation=explanation, **back)
    return sign_up


def _tell_office(sign_up: SignUp) -> None:
    mails.notify_office(
        sign_up,
        events.of_roster(sign_up.roster),
        "office_change",
        reason=sign_up.get_end_reason_display,
    )


def _money_back(cents: int) -> str:
    if not cents:
        return ""
    return _("You get %(amount)s back.") % {"amount": format_euros(cents)}


def _back_in_time(cents: int) -> str:
    if not cents:
        return ""
    return _(
        "You get %(amount)s back, within 14 days at the latest, on the account from which it was"
        " paid."
    ) % {"amount": format_euros(cents)}


def _office_decides() -> str:
    return _(
        "Your course had begun. So we look at what you have attended already, and tell you within"
        " 14 days how much you get back."
    )
