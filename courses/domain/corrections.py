"""The office corrects the data of a participant: name, contact, admission, invoice, answers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.models import User
from courses import mails
from courses.domain import cancellations, people, transitions
from courses.domain.sign_ups import Given
from courses.domain.transitions import WrongStateError
from courses.models import BuyerDetails, SignUp
from courses.reading import events
from courses.reading.event import Event

NAME = ("first_name", "infix", "last_name")
CONTACT = ("email", "phone")
# {note in the history: the fields of a sign-up that can be corrected}
NOTES = {
    "name corrected": NAME,
    "contact data changed": CONTACT,
    "admission changed": ("admission",),
    "language changed": ("language",),
    "purpose changed": ("for_work",),
}


def can_correct_invoice(sign_up: SignUp) -> bool:
    """Whether the invoice data can change: not once an invoice has been issued."""
    return not sign_up.invoices.exists()


@transaction.atomic
def correct(
    sign_up: SignUp,
    changes: Mapping[str, Any],
    *,
    by: User,
    invoice: Mapping[str, str] | None = None,
) -> SignUp:
    """Set these {field: value} of a live sign-up, and those of its buyer for the `invoice`.

    The fields are those in `NOTES`. Both the former and a new e-mail address get a mail. Raises
    WrongStateError, also when an invoice was issued in the meantime, and people.TakenError.
    """
    sign_up = transitions.lock_in_state(sign_up, *SignUp.LIVE)
    changes = {name: value for name, value in changes.items() if value != getattr(sign_up, name)}
    person = people.person_of(sign_up)
    person = replace(person, **{key: changes[key] for key in (*NAME, *CONTACT) if key in changes})
    people.refuse_second_sign_up(sign_up, person)
    event = events.of_roster(sign_up.roster)
    if "email" in changes:
        mails.send("contact_changed", sign_up, event)
    for name, value in changes.items():
        setattr(sign_up, name, value)
    sign_up.person_key = person.key
    if "language" in changes:
        _translate_title(sign_up)
    sign_up.save(update_fields=[*changes, "person_key", "event_title"])
    now = timezone.now()
    for note, names in NOTES.items():
        if changes.keys() & set(names):
            transitions.log(sign_up, now, by=by, note=note)
    if invoice:
        _correct_invoice(sign_up, invoice, now, by)
    if "email" in changes:
        mails.send("link_again", sign_up, event)
    return sign_up


def can_answer(sign_up: SignUp, event: Event | None = None) -> bool:
    """Whether the person can still change their own answers: until the day before they come."""
    return sign_up.is_live and cancellations.first_day(sign_up, event) > timezone.localdate()


@transaction.atomic
def answer(
    sign_up: SignUp, answers: Iterable[Given], *, by: User | None, remarks: str | None = None
) -> SignUp:
    """Write down what a person answered; the other answers stay.

    `by` is the member of staff who was told, or None for the person's own doing, which is possible
    until the day before. `remarks` is None where they stay as well. Mails nobody. Raises
    WrongStateError.
    """
    sign_up = transitions.lock_in_state(sign_up, *SignUp.LIVE)
    if by is None and not can_answer(sign_up):
        raise WrongStateError
    answers = list(answers)
    for given in answers:
        facts = {
            "question": given.question,
            "value": given.value,
            "field_type": given.field_type,
        }
        sign_up.answers.update_or_create(key=given.key, defaults=facts)
    if remarks is not None:
        sign_up.remarks = remarks
        sign_up.save(update_fields=["remarks"])
    if answers or remarks is not None:
        transitions.log(sign_up, timezone.now(), by=by, note="answers changed")
    return sign_up


def _translate_title(sign_up: SignUp) -> None:
    event = events.for_reader(sign_up.roster, sign_up.language)
    if event:
        sign_up.event_title = event.title


def _correct_invoice(sign_up: SignUp, invoice: Mapping[str, str], now: datetime, by: User) -> None:
    buyer = getattr(sign_up, "buyer", None) or BuyerDetails(sign_up=sign_up)
    changes = {name: value for name, value in invoice.items() if value != getattr(buyer, name)}
    if not changes:
        return
    if not can_correct_invoice(sign_up):
        raise WrongStateError
    for name, value in changes.items():
        setattr(buyer, name, value)
    buyer.save()
    transitions.log(sign_up, now, by=by, note="invoice data changed")
