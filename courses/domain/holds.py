"""Holds: the term in which an unpaid sign-up keeps its seats. It expires, or is extended once."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.rows import work_through
from courses import mails
from courses.domain import cancellations, doubles, invoices, rosters, seats, settling, transitions
from courses.domain.transitions import WrongStateError
from courses.models import Invoice, Roster, SignUp
from courses.reading import events
from courses.reading.event import Event

REFUSING = (Roster.State.CALLED_OFF, Roster.State.CLOSED)


def expire(now: datetime | None = None) -> int:
    """End every sign-up whose hold has passed, and credit its invoice. Returns how many ended."""
    now = now or timezone.now()
    due = SignUp.objects.filter(state__in=SignUp.HELD, hold_until__lte=now)
    ids = due.order_by().values_list("roster_id", flat=True).distinct()

    def release(roster_id: int) -> int:
        with transaction.atomic():
            return transitions.release_lapsed(rosters.lock(roster_id), now)

    try:
        return sum(work_through(list(ids), release, name="holds of roster"))
    finally:
        _credit_lapsed_invoices()


def _credit_lapsed_invoices() -> None:
    """Credit the invoices that the employer did not pay in time: nobody owes them any more."""
    unpaid = Invoice.objects.filter(
        kind=Invoice.Kind.INVOICE, credited_by=None, sign_up__state=SignUp.State.EXPIRED
    )

    def credit(invoice: Invoice) -> None:
        with suppress(WrongStateError), transaction.atomic():
            sign_up = transitions.lock_in_state(invoice.sign_up, SignUp.State.EXPIRED)
            invoices.credit_after_end(sign_up, 0)

    work_through(unpaid.select_related("sign_up"), credit, name="lapsed invoice")


def can_extend(sign_up: SignUp) -> bool:
    """Whether the person can still extend the hold: once, as people may need more time.

    WCAG 2.2, success criterion 2.2.1 (timing adjustable).
    """
    if sign_up.roster.state == Roster.State.CALLED_OFF:
        return False
    return sign_up.state == SignUp.State.AWAITING_PAYMENT and sign_up.hold_extended_at is None


def extended_until(sign_up: SignUp, now: datetime | None = None) -> datetime:
    """Until when the place would be held: one more term after the present one.

    Not beyond the start of the person's first day, unless it is held that long already.
    """
    now = now or timezone.now()
    present = max(sign_up.hold_until or now, now)
    begins = datetime.combine(cancellations.first_day(sign_up), datetime.min.time())
    return max(present, min(transitions.end_of_hold(present), timezone.make_aware(begins)))


@transaction.atomic
def extend(sign_up: SignUp) -> SignUp:
    """Hold the place until `extended_until`. Raises WrongStateError the second time."""
    sign_up = transitions.lock_in_state(sign_up, SignUp.State.AWAITING_PAYMENT)
    if not can_extend(sign_up):
        raise WrongStateError
    now = timezone.now()
    sign_up.hold_until = extended_until(sign_up, now)
    sign_up.hold_extended_at = now
    sign_up.save(update_fields=["hold_until", "hold_extended_at"])
    transitions.log(sign_up, now, note="term extended")
    return sign_up


def can_revive(sign_up: SignUp, event: Event | None) -> bool:
    """Whether `revive` is worth a try: the hold lapsed and there seem to be seats, days ahead."""
    if sign_up.state != SignUp.State.EXPIRED or event is None or not event.free_for(sign_up.kind):
        return False
    is_refused = sign_up.roster.state in REFUSING
    return not is_refused and event.parts_for(sign_up.kind)[0].first_day > timezone.localdate()


@transaction.atomic
def revive(sign_up: SignUp) -> SignUp:
    """Give a lapsed sign-up its seats back; admission is reviewed again if it had not been granted.

    Raises seats.NoSeatError when no seats are left, and WrongStateError. Whether the same person
    has signed up again makes no difference, see `doubles`.
    """
    sign_up = transitions.lock_in_state(sign_up, SignUp.State.EXPIRED)
    now = timezone.now()
    take_seats_again(sign_up, now, may_be_twice=True)
    is_twice = doubles.step_aside(sign_up, sign_up.roster)
    sign_up.ended_at, sign_up.end_reason = None, ""
    sign_up.save(update_fields=["ended_at", "end_reason", "person_key"])
    if is_twice:
        doubles.tell_office(sign_up)
    event = events.of_roster(sign_up.roster)
    if not sign_up.changes.filter(state=SignUp.State.AWAITING_PAYMENT).exists():
        _review_again(sign_up, event, now)
        return sign_up
    transitions.enter_after_admission(sign_up, now)
    settling.use_waiting_money(sign_up, now)
    if sign_up.state == SignUp.State.AWAITING_PAYMENT:
        mails.send("received", sign_up, event)
    return sign_up


def _review_again(sign_up: SignUp, event: Event | None, now: datetime) -> None:
    sign_up.state = SignUp.State.REVIEW
    sign_up.hold_until = transitions.end_of_hold(now)
    sign_up.save(update_fields=["state", "hold_until"])
    transitions.log(sign_up, now)
    mails.send("waiting_for_office", sign_up, event)
    mails.notify_office(sign_up, event)


def take_seats_again(sign_up: SignUp, now: datetime, *, may_be_twice: bool = False) -> None:
    """Claim the seats of a lapsed sign-up, whose roster is locked.

    Raises seats.NoSeatError when a part is full, the date cannot be joined any more, or (unless it
    `may_be_twice`) the same person has signed up again: late money goes back then.
    """
    roster = sign_up.roster
    transitions.release_lapsed(roster, now)
    event = events.of_roster(roster)
    refused = roster.state in REFUSING
    parts = event.parts_for(sign_up.kind) if event else ()
    if refused or not parts or parts[0].first_day <= timezone.localdate(now):
        raise seats.NoSeatError
    if not may_be_twice and doubles.exists(roster, sign_up.person_key, beside=sign_up):
        raise seats.NoSeatError
    seats.claim(sign_up, [part.key for part in parts], capacity=roster.capacity)
