"""Many dates and people for benchmarks: rows like those of the domain, created in bulk.

`people_on_dates(events, sign_ups)` spreads the people over the dates; one in five dates is still
to come. The invariants hold, except that there are no invoices or certificates.
"""

import datetime
import uuid

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from core.alphabet import name_key
from courses.models import (
    Attendance,
    BuyerDetails,
    Change,
    CourseEventPage,
    Payment,
    SeatClaim,
    SignUp,
)
from courses.reading import events as course_events
from mail import outbox
from mail.models import OutgoingMail
from tests import factories

BATCH = 5_000
FIRST = ["Sanne", "Łukasz", "Fatima", "Pieter", "Noor", "Daan", "Marieke", "Thomas", "Ilse"]
INFIXES = ["", "", "", "de", "van der", "van 't"]
LAST = ["Vries", "Nowak", "Amrani", "Meer", "Öztürk", "Bakker", "Hof", "Jansen", "Horst", "Smit"]
TOWNS = ["Dalfsen", "Zwolle", "Vlieland", "Ommen"]


def people_on_dates(events, sign_ups):
    """Create so many dates with so many people on them. Returns the events, soonest last."""
    each = -(-sign_ups // events)
    course = factories.course(title="Driedaagse cursus", capacity=min(500, each), minimum=12)
    pages = [_date(course, number, coming=number % 5 == 0) for number in range(events)]
    shown = course_events.from_pages(pages, locale=factories.locale())
    for start in range(0, events, 10):
        _fill(shown[start : start + 10], each, start * each)
    return shown


def _date(course, number, coming):
    first = 30 + number * 3 if coming else -200 - number * 3
    town = TOWNS[number % len(TOWNS)]
    parts = [
        factories.part(first, first + 1, label="", place=town),
        factories.part(first + 100, label="", place=town, open_to_alumni=True),
    ]
    page = factories.event_page(course, title=f"Cursus {town} {number}", parts=parts)
    page.save_revision().publish()
    return CourseEventPage.objects.get(pk=page.pk)


def _fill(shown, each, offset):
    rows = []
    for number, event in enumerate(shown):
        rows += [_sign_up(event, offset + number * each + seat, seat) for seat in range(each)]
    made = SignUp.objects.bulk_create(rows, BATCH)
    by_roster = {event.roster.pk: event for event in shown}
    live = [row for row in made if row.is_live]
    SeatClaim.objects.bulk_create(
        (
            SeatClaim(
                roster_id=row.roster_id,
                part_key=part.key,
                seat_number=row.number + 1,
                sign_up=row,
            )
            for row in live
            for part in by_roster[row.roster_id].parts
        ),
        BATCH,
    )
    BuyerDetails.objects.bulk_create(
        [BuyerDetails(sign_up=row, organisation="Praktijk Loop") for row in made[::3]], BATCH
    )
    Payment.objects.bulk_create([_payment(row) for row in made if row.paid_at], BATCH)
    _write_trail(made)
    Attendance.objects.bulk_create(
        (
            Attendance(sign_up=row, day=day, present=row.number % 11 > 0)
            for row in made
            if row.state == SignUp.State.CONFIRMED
            for day in by_roster[row.roster_id].parts[0].days
            if day < timezone.localdate()
        ),
        BATCH,
    )


def _write_trail(made):
    Change.objects.bulk_create(
        [Change(sign_up=row, state=row.state, at=row.created_at) for row in made], BATCH
    )
    kind = ContentType.objects.get_for_model(SignUp)
    OutgoingMail.objects.bulk_create(
        [_confirmation(row, kind) for row in made if row.confirmed_at], BATCH
    )


def _sign_up(event, who, seat):
    state = _state(event, seat)
    begun = datetime.datetime.combine(event.first_day, datetime.time(9), tzinfo=datetime.UTC)
    now = min(timezone.now(), begun)
    created = now - datetime.timedelta(days=5, minutes=who % 5000)
    confirmed = created if state == SignUp.State.CONFIRMED else None
    row = SignUp(
        roster=event.roster,
        kind=SignUp.Kind.COURSE,
        state=state,
        language="en" if who % 13 == 0 else "nl",
        token_hash=uuid.uuid4().hex + uuid.uuid4().hex,
        idempotency_key=uuid.uuid4(),
        person_key=uuid.uuid4().hex,
        first_name=FIRST[who % len(FIRST)],
        infix=INFIXES[who % len(INFIXES)],
        last_name=f"{LAST[who % len(LAST)]}{who}",
        name_key=name_key(f"{LAST[who % len(LAST)]}{who}", FIRST[who % len(FIRST)]),
        email=f"loper{who}@example.nl",
        phone="06 12345678",
        admission=SignUp.Admission.HBO,
        event_title=event.title,
        price_cents=119500,
        created_at=created,
        confirmed_at=confirmed,
        paid_at=confirmed,
        hold_until=timezone.now() + datetime.timedelta(days=2) if state in SignUp.HELD else None,
        ended_at=created if state == SignUp.State.CANCELLED else None,
        end_reason=SignUp.EndReason.OFFICE if state == SignUp.State.CANCELLED else "",
    )
    row.number = seat
    return row


def _state(event, seat):
    if seat % 17 == 0:
        return SignUp.State.CANCELLED
    is_coming = event.first_day > timezone.localdate()
    if is_coming and seat % 23 == 0:
        return SignUp.State.REVIEW
    if is_coming and seat % 7 == 0:
        return SignUp.State.AWAITING_PAYMENT
    return SignUp.State.CONFIRMED


def _payment(row):
    return Payment(
        sign_up=row,
        gateway=Payment.OFFICE,
        amount_cents=row.price_cents,
        paid_cents=row.price_cents,
        state=Payment.State.PAID,
        created_at=row.created_at,
        paid_at=row.paid_at,
    )


def _confirmation(row, kind):
    return OutgoingMail(
        kind="confirmed",
        to=row.email,
        to_name=row.full_name,
        language=row.language,
        subject="Uw plaats is definitief",
        message_id=outbox.new_message_id(),
        state=OutgoingMail.State.SENT,
        sent_at=row.created_at,
        created_at=row.created_at,
        content_type=kind,
        object_id=row.pk,
    )
