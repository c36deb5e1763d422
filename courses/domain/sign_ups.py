"""Signing up.

review -> awaiting_payment -> confirmed -> cancelled
     \\-> cancelled       \\-> expired
"""

import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from courses import mails
from courses.domain import buyers, certificates, payments, rosters, seats, transitions
from courses.domain.applications import Agreement as Agreement
from courses.domain.applications import Application as Application
from courses.domain.applications import Buyer as Buyer
from courses.domain.applications import Given as Given
from courses.domain.applications import person_key as person_key
from courses.models import Answer, BuyerDetails, Certificate, Consent, Roster, SignUp
from courses.reading import links
from courses.reading.availability import Availability
from courses.reading.event import Event

# The fields of an application that are copied to the sign-up.
TAKEN_OVER = (
    *("first_name", "infix", "last_name", "email", "phone", "person_key"),
    *("admission", "motivation", "for_work", "remarks"),
)
ATTEMPTS = 5  # how often to try when somebody else takes the seat number that we picked


class UnavailableError(Exception):
    """The event cannot be joined; `availability` says why."""

    def __init__(self, availability: Availability) -> None:
        super().__init__(availability)
        self.availability = availability


class AlreadySignedUpError(Exception):
    """This person has a live sign-up on this roster, which was made from another form."""


def sign_up(
    *, event: Event, application: Application, agreement: Agreement, opens_payment: bool = False
) -> SignUp:
    """Sign a person up: a seat in each part, and mails to the person and the office, or nothing.

    With `opens_payment` whoever has to pay now gets a payment with it, as `opened_payment`.

    Idempotent: the same form sent again for the same person returns the same sign-up. Whoever sends
    another form with a known name and address may be a stranger, and gets no sign-up: that date is
    unavailable to them as to anybody (UnavailableError), or else AlreadySignedUpError is raised.
    Call it outside a transaction.
    """
    roster = event.roster
    available = event.availability_for(agreement.kind)
    if roster is None or not available.is_open:
        if made := made_from_form(agreement.idempotency_key, application.person_key):
            return made
        raise UnavailableError(available)
    attempt = 1
    while True:
        try:
            return _take_seat(event, roster, application, agreement, opens_payment)
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
            attempt += 1


def made_from_form(key: uuid.UUID | str | None, person: str) -> SignUp | None:
    """The sign-up made from the form with this key for the person with this `person_key`."""
    try:
        key = uuid.UUID(str(key))
    except ValueError:
        return None
    return SignUp.objects.filter(idempotency_key=_key_for(key, person)).first()


def live_sign_up(roster: Roster, person: str) -> SignUp | None:
    """The live sign-up on this roster of the person with this `person_key`."""
    return roster.sign_ups.filter(person_key=person, state__in=SignUp.LIVE).first()


def _take_seat(
    event: Event,
    roster: Roster,
    application: Application,
    agreement: Agreement,
    opens_payment: bool,
) -> SignUp:
    with transaction.atomic(durable=True):
        roster = lock_roster(roster)
        now = timezone.now()
        made = made_from_form(agreement.idempotency_key, application.person_key)
        if made:
            return made
        _refuse_if_staff_closed(roster)
        _refuse_if_signed_up(roster, application.person_key, now)
        taken = _create(event, roster, application, agreement, now)
        _claim_seats(taken, event, roster, now)
        if taken.state == SignUp.State.REVIEW:
            mails.send("waiting_for_office", taken, event)
        elif taken.state == SignUp.State.AWAITING_PAYMENT:
            mails.send("received", taken, event)
        mails.notify_office(taken, event)
        is_due = opens_payment and taken.state == SignUp.State.AWAITING_PAYMENT
        if is_due and not buyers.is_expected_to_pay(taken, event):
            taken.opened_payment = payments.open_for(taken, now)
    return taken


def _refuse_if_signed_up(roster: Roster, person: str, now: datetime) -> None:
    """Whose hold has passed can sign up again, also before the worker has ended it."""
    if not live_sign_up(roster, person):
        return
    transitions.release_lapsed(roster, now)
    if live_sign_up(roster, person):
        raise AlreadySignedUpError


def _claim_seats(taken: SignUp, event: Event, roster: Roster, now: datetime) -> None:
    """Seats of lapsed holds and offers are looked for when there is no other; it costs two queries.

    Else the worker ends them.
    """
    parts = [part.key for part in event.parts_for(taken.kind)]
    try:
        seats.claim(taken, parts, capacity=roster.capacity)
    except seats.NoSeatError:
        transitions.release_lapsed(roster, now)
        try:
            seats.claim(taken, parts, capacity=roster.capacity)
        except seats.NoSeatError:
            raise UnavailableError(Availability.FULL) from None


def lock_roster(roster: Roster) -> Roster:
    """The roster, locked. Raises UnavailableError if it went with its page a moment ago."""
    try:
        return rosters.lock(roster.pk)
    except Roster.DoesNotExist:
        raise UnavailableError(Availability.CLOSED) from None


def _refuse_if_staff_closed(roster: Roster) -> None:
    """What staff decided a moment ago counts, also for a form that was open before."""
    refusals: dict[str, Availability] = {
        Roster.State.CALLED_OFF: Availability.CALLED_OFF,
        Roster.State.CLOSED: Availability.CLOSED,
    }
    if roster.state in refusals:
        raise UnavailableError(refusals[roster.state])
    if roster.availability_override == Roster.Override.FULL:
        raise UnavailableError(Availability.FULL)


def create_in_review(
    event: Event,
    roster: Roster,
    application: Application,
    agreement: Agreement,
    now: datetime,
    **facts: Any,
) -> SignUp:
    """Create a sign-up on a locked roster, in review, with everything that was filled in.

    `facts` are more fields of the sign-up, or another state. It has no seats yet.
    """
    facts = {"state": SignUp.State.REVIEW, "hold_until": transitions.end_of_hold(now)} | facts
    taken = SignUp(
        **{name: getattr(application, name) for name in TAKEN_OVER},
        roster=roster,
        kind=agreement.kind,
        language=agreement.language,
        idempotency_key=_key_for(agreement.idempotency_key, application.person_key),
        event_title=event.title,
        terms_version=agreement.terms_version,
        created_at=now,
        **facts,
    )
    links.issue(taken)
    taken.save()
    _save_details(taken, application)
    return taken


def _create(
    event: Event, roster: Roster, application: Application, agreement: Agreement, now: datetime
) -> SignUp:
    certificate = _certificate(application, roster)
    price = event.price_for(agreement.kind)
    facts: dict[str, Any] = {"price_cents": price, "earlier_certificate": certificate}
    is_admitted = _is_admitted(application, certificate, price)
    if is_admitted and price:
        facts["state"] = SignUp.State.AWAITING_PAYMENT
    taken = create_in_review(event, roster, application, agreement, now, **facts)
    if is_admitted and not price:
        transitions.enter_after_admission(taken, now)
    else:
        transitions.log(taken, now)
    return taken


def _certificate(application: Application, roster: Roster) -> Certificate | None:
    """The certificate whose code was filled in, unless it is in use on this roster already."""
    code = application.certificate_code
    found = certificates.find_by_code(code) if code else None
    if found and roster.sign_ups.filter(earlier_certificate=found, state__in=SignUp.LIVE).exists():
        return None
    return found


def _is_admitted(
    application: Application, certificate: Certificate | None, price: int | None
) -> bool:
    """Whether no review is needed: HBO, or a certificate of this site and a price that is known."""
    if application.admission == SignUp.Admission.HBO:
        return True
    return certificate is not None and price is not None


def _save_details(taken: SignUp, application: Application) -> None:
    if application.buyer:
        BuyerDetails.objects.create(sign_up=taken, **asdict(application.buyer))
    Answer.objects.bulk_create(
        Answer(
            sign_up=taken,
            key=given.key,
            question=given.question,
            value=given.value,
            upload_id=given.upload_id,
            field_type=given.field_type,
        )
        for given in application.answers
    )
    Consent.objects.bulk_create(
        Consent(sign_up=taken, text=text, given=given) for text, given in application.consents
    )
    if application.swap_wishes:
        taken.swap_wishes.set(application.swap_wishes)


def _key_for(form_key: uuid.UUID, person: str) -> uuid.UUID:
    # A form sent again with a colleague's name signs up the colleague as well.
    return uuid.uuid5(form_key, person)
