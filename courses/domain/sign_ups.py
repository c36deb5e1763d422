"""Signing up.

review -> awaiting_payment -> confirmed -> cancelled
     \\-> cancelled       \\-> expired
"""

import hashlib
import unicodedata
import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from courses import mails
from courses.domain import certificates, rosters, seats, transitions
from courses.models import Answer, BuyerDetails, Certificate, Consent, Roster, SignUp
from courses.reading import links
from courses.reading.availability import Availability
from courses.reading.event import Event
from courses.values.countries import HOME

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


@dataclass(frozen=True)
class Given:
    """An answer to one of the institute's own questions."""

    key: str
    question: str
    value: str = ""
    upload_id: int | None = None
    field_type: str = ""


@dataclass(frozen=True)
class Buyer:
    """The invoice data on the form."""

    street: str
    postcode: str
    city: str
    country: str = HOME
    organisation: str = ""
    reference: str = ""
    email: str = ""


@dataclass(frozen=True)
class Application:
    """What a person filled in.

    `consents` are pairs (text shown, whether it was ticked); `swap_wishes` are ids of rosters.
    """

    first_name: str
    last_name: str
    email: str
    phone: str
    admission: str
    infix: str = ""
    motivation: str = ""
    certificate_code: str = ""
    for_work: bool = False
    remarks: str = ""
    swap_wishes: tuple[int, ...] = ()
    buyer: Buyer | None = None
    answers: tuple[Given, ...] = ()
    consents: tuple[tuple[str, bool], ...] = ()

    @property
    def person_key(self) -> str:
        """Equal for applications of the same person."""
        return person_key(self.first_name, self.infix, self.last_name, self.email)


@dataclass(frozen=True)
class Agreement:
    """What the person agreed to: kind, language and terms, frozen on the sign-up."""

    kind: str
    language: str
    terms_version: str = ""
    idempotency_key: uuid.UUID = field(default_factory=uuid.uuid4)


def sign_up(*, event: Event, application: Application, agreement: Agreement) -> SignUp:
    """Sign a person up: a seat in each part, and mails to the person and the office, or nothing.

    Idempotent: the same form sent again for the same person returns the same sign-up. Whoever sends
    another form with a known name and address may be a stranger, and gets no sign-up: that date is
    unavailable to them as to anybody (UnavailableError), or else AlreadySignedUpError is raised.
    Call it outside a transaction.
    """
    roster = event.roster
    made = made_from_form(agreement.idempotency_key, application.person_key)
    if made:
        return made
    available = event.availability_for(agreement.kind)
    if roster is None or not available.is_open:
        raise UnavailableError(available)
    attempt = 1
    while True:
        try:
            return _take_seat(event, roster, application, agreement)
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
            attempt += 1


def person_key(*words: str) -> str:
    """Identifies a person by name and e-mail address, in whatever spacing, case or composition."""
    written = unicodedata.normalize("NFKC", " ".join(words)).casefold().split()
    return _digest(" ".join(written))


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
    event: Event, roster: Roster, application: Application, agreement: Agreement
) -> SignUp:
    with transaction.atomic(durable=True):
        roster = lock_roster(roster)
        now = timezone.now()
        made = made_from_form(agreement.idempotency_key, application.person_key)
        if made:
            return made
        _refuse_if_staff_closed(roster)
        transitions.release_lapsed(roster, now)
        if live_sign_up(roster, application.person_key):
            raise AlreadySignedUpError
        taken = _create(event, roster, application, agreement, now)
        try:
            parts = [part.key for part in event.parts_for(agreement.kind)]
            seats.claim(taken, parts, capacity=roster.capacity)
        except seats.NoSeatError:
            raise UnavailableError(Availability.FULL) from None
        if taken.state == SignUp.State.REVIEW:
            mails.send("waiting_for_office", taken, event)
        elif taken.state == SignUp.State.AWAITING_PAYMENT:
            mails.send("received", taken, event)
        mails.notify_office(taken, event)
    return taken


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

    `facts` are more fields of the sign-up. It has no seats yet.
    """
    taken = SignUp(
        **{name: getattr(application, name) for name in TAKEN_OVER},
        roster=roster,
        kind=agreement.kind,
        language=agreement.language,
        idempotency_key=_key_for(agreement.idempotency_key, application.person_key),
        event_title=event.title,
        terms_version=agreement.terms_version,
        state=SignUp.State.REVIEW,
        hold_until=transitions.end_of_hold(now),
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
    facts = {"price_cents": price, "earlier_certificate": certificate}
    taken = create_in_review(event, roster, application, agreement, now, **facts)
    if _is_admitted(taken):
        transitions.enter_after_admission(taken, now)
    else:
        transitions.log(taken, now)
    return taken


def _certificate(application: Application, roster: Roster) -> Certificate | None:
    """The certificate whose code was filled in, unless it is in use on this roster already."""
    found = certificates.find_by_code(application.certificate_code)
    if found and roster.sign_ups.filter(earlier_certificate=found, state__in=SignUp.LIVE).exists():
        return None
    return found


def _is_admitted(taken: SignUp) -> bool:
    """Whether no review is needed: HBO, or a certificate of this site and a price that is known."""
    if taken.admission == SignUp.Admission.HBO:
        return True
    return taken.earlier_certificate is not None and taken.price_cents is not None


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
    taken.swap_wishes.set(application.swap_wishes)


def _key_for(form_key: uuid.UUID, person: str) -> uuid.UUID:
    # A form sent again with a colleague's name signs up the colleague as well.
    return uuid.uuid5(form_key, person)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
