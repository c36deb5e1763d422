"""The decision whether a date goes ahead. Staff decide once, and the people on it get a mail.

    planned, closed -> going ahead -> called off          planned, closed -> called off -> planned

Calling off ends no sign-up: people choose, see `choices`. Until then they keep their sign-up and
their seats, so that the decision can be taken back.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from courses import mails
from courses.documents import calendar
from courses.domain import choices, rosters, settling, transitions
from courses.mails.values import of_offer
from courses.models import Roster, SignUp, SwapOffer
from courses.reading import events
from courses.reading.decisions import decide_on, usual_term
from courses.reading.event import Event
from courses.values.days import moment_in_words
from courses.values.money import format_euros

State = Roster.State
UNDECIDED = (State.PLANNED, State.CLOSED)
MAY_BE_CALLED_OFF = (*UNDECIDED, State.GOING_AHEAD)
ADMITTED = (SignUp.State.AWAITING_PAYMENT, SignUp.State.CONFIRMED)
NEAR = timedelta(days=14)  # how long before the decision day staff are asked to decide


class DecidedError(Exception):
    """Another member of staff has decided, or the course has begun. Nothing was changed."""


def can_go_ahead(roster: Roster) -> bool:
    """Whether staff can still decide that this date goes ahead."""
    return roster.state in UNDECIDED and roster.first_day >= timezone.localdate()


def can_be_called_off(roster: Roster) -> bool:
    """Whether staff can call this date off: not after the first day."""
    return roster.state in MAY_BE_CALLED_OFF and roster.first_day >= timezone.localdate()


def can_be_taken_back(roster: Roster) -> bool:
    """Whether a date that was called off can be planned again: only before the first day."""
    return roster.state == State.CALLED_OFF and roster.first_day > timezone.localdate()


@transaction.atomic
def go_ahead(roster: Roster, *, by: User, seen: str | None = None) -> Roster:
    """Decide that the date goes ahead: the site says so, and all who were admitted get one mail.

    Somebody whose admission is still open reads it in the confirmation, if it comes. `seen` is the
    state that staff saw. Raises DecidedError when it has changed since.
    """
    now = timezone.now()
    roster = _locked(roster, can_go_ahead, seen, now)
    _decide(roster, State.GOING_AHEAD, now)
    for sign_up in _people(roster, ADMITTED):
        transitions.log(sign_up, now, by=by, note="date goes ahead")
        mails.send(
            "going_ahead",
            sign_up,
            events.of_roster(roster),
            key=f"going-ahead-{_decision_key(roster)}-{sign_up.pk}",
            to_do=lambda sign_up=sign_up: _to_do(sign_up),
        )
    return roster


@transaction.atomic
def call_off(
    roster: Roster, *, by: User, reasons: Mapping[str, str] | None = None, seen: str | None = None
) -> Roster:
    """Call the date off: everybody on it gets a mail with a link to choose.

    `reasons` is {language: text}, for the mail and the person's page. Unpaid sign-ups get time to
    choose and then end. Offers of a place on this date are withdrawn. `seen` is the state that
    staff saw. Raises DecidedError when it has changed since.
    """
    now = timezone.now()
    roster = _locked(roster, can_be_called_off, seen, now)
    roster.calendar_sequence += 1  # calendars have to cancel their entries
    _decide(roster, State.CALLED_OFF, now, reasons)
    _withdraw_offers(roster, now, by)
    for sign_up in _people(roster):
        _give_time(sign_up, now)
        transitions.log(sign_up, now, by=by, note="date called off")
        _mail_call_off(sign_up, events.for_reader(roster, sign_up.language))
    return roster


@transaction.atomic
def take_back(roster: Roster, *, by: User, seen: str | None = None) -> Roster:
    """Plan a date again that was called off, for the people who have not chosen otherwise.

    They get one mail. Nothing changes for those who moved or got their money back. `seen` is the
    state that staff saw. Raises DecidedError when it has changed since.
    """
    now = timezone.now()
    roster = _locked(roster, can_be_taken_back, seen, now)
    roster.calendar_sequence += 1  # calendars have to restore their entries
    _decide(roster, State.PLANNED, None)
    for sign_up in _people(roster):
        transitions.log(sign_up, now, by=by, note="date planned again")
        settling.use_waiting_money(sign_up, now, by=by)
        mails.send(
            "planned_again",
            sign_up,
            events.of_roster(roster),
            key=f"planned-again-{_decision_key(roster)}-{sign_up.pk}",
            to_do=lambda sign_up=sign_up: _to_do(sign_up),
        )
    return roster


def undecided(today: date | None = None) -> dict[Roster, date]:
    """{roster: its decision day} of undecided dates whose decision day is near or past."""
    today = today or timezone.localdate()
    ahead = usual_term()
    found = {
        roster: decide_on(roster, ahead)
        for roster in rosters.coming()
        if roster.state in UNDECIDED and roster.first_day >= today
    }
    near = [(roster, day) for roster, day in found.items() if day <= today + NEAR]
    return dict(sorted(near, key=lambda row: (row[1], row[0].code)))


def decision_days(rosters: Iterable[Roster]) -> dict[int, date]:
    """{roster id: its decision day} of the undecided ones among `rosters`, in one query."""
    ahead = usual_term()
    return {roster.pk: decide_on(roster, ahead) for roster in rosters if roster.state in UNDECIDED}


def not_chosen(now: datetime | None = None) -> dict[Roster, int]:
    """{roster: number of people who were reminded and have not chosen}, longest ago first."""
    since = (now or timezone.now()) - choices.REMIND_AFTER
    long_ago = Q(decided_at=None) | Q(decided_at__lte=since)  # None: not recorded yet then
    live = Q(sign_ups__state__in=SignUp.LIVE, sign_ups__forgotten_at=None)
    called_off = Roster.objects.filter(long_ago, state=State.CALLED_OFF)
    counted = called_off.annotate(waiting=Count("sign_ups", filter=live)).filter(waiting__gt=0)
    in_order = counted.order_by(F("decided_at").asc(nulls_first=True), "pk")
    return {roster: roster.waiting for roster in in_order}


def _locked(
    roster: Roster, is_possible: Callable[[Roster], bool], seen: str | None, now: datetime
) -> Roster:
    roster = rosters.lock(roster.pk)
    if not is_possible(roster) or (seen is not None and roster.state != seen):
        raise DecidedError
    if is_possible is not can_be_called_off and not rosters.has_page(roster):
        raise DecidedError
    if roster.state != State.CALLED_OFF:
        transitions.release_lapsed(roster, now)
    return roster


def _decide(
    roster: Roster, state: str, at: datetime | None, reasons: Mapping[str, str] | None = None
) -> None:
    roster.state = state
    roster.decided_at = at
    roster.call_off_reasons = {
        language: text.strip() for language, text in (reasons or {}).items() if text.strip()
    }
    roster.save(update_fields=["state", "decided_at", "call_off_reasons", "calendar_sequence"])


def _people(roster: Roster, states: Iterable[str] = SignUp.LIVE) -> list[SignUp]:
    """The sign-ups of a locked roster in these states, locked, each with this roster object."""
    found = roster.sign_ups.filter(state__in=states).order_by("pk")
    people = list(found.select_for_update(no_key=True))
    for sign_up in people:
        sign_up.roster = roster
    return people


def _decision_key(roster: Roster) -> str:
    """Identifies this decision in the keys of mails: after a change of mind it differs."""
    return f"{roster.pk}-{roster.calendar_sequence}"


def _give_time(sign_up: SignUp, now: datetime) -> None:
    if sign_up.state in SignUp.HELD:
        transitions.hold_until_at_least(sign_up, now + choices.TIME_TO_CHOOSE)
        sign_up.save(update_fields=["hold_until"])


def _mail_call_off(sign_up: SignUp, event: Event | None) -> None:
    roster = sign_up.roster
    mails.send(
        "called_off",
        sign_up,
        event,
        key=f"called-off-{_decision_key(roster)}-{sign_up.pk}",
        attachments=[calendar.cancelled(sign_up, event)] if event else [],
        call_off_reason=roster.call_off_reasons.get(sign_up.language, ""),
        **choices.mail_values(sign_up),
    )


def _withdraw_offers(roster: Roster, now: datetime, by: User) -> None:
    """Withdraw the offers of a place on this date: those people stay on their present date."""
    still_open = roster.swap_offers.filter(state=SwapOffer.State.OPEN).select_related("sign_up")
    for offer in still_open.select_for_update(of=["self"], no_key=True):
        transitions.end_offer(offer, SwapOffer.State.WITHDRAWN, now)
        transitions.log(offer.sign_up, now, by=by, note=f"offer of {roster.code} withdrawn")
        offered = events.for_reader(roster, offer.sign_up.language)
        mails.send(
            "swap_withdrawn",
            offer.sign_up,
            events.of_roster(offer.sign_up.roster),
            **of_offer(roster, offered),
        )


def _to_do(sign_up: SignUp) -> str:
    """What the person still has to do or to wait for, as a sentence; often empty."""
    if sign_up.state == SignUp.State.REVIEW:
        return _("Your admission is still open: you will hear from us whether you can take part.")
    if sign_up.state != SignUp.State.AWAITING_PAYMENT or not sign_up.price_cents:
        return ""
    return _(
        "Your place is final as soon as the payment of %(price)s is in. We hold it until"
        " %(until)s; your own page says how to pay."
    ) % {
        "price": format_euros(sign_up.price_cents),
        "until": moment_in_words(sign_up.hold_until),
    }
