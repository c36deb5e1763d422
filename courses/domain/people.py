"""The person of a sign-up: contact data, link, the office's note, and a substitute."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from core.models import User
from courses import mails
from courses.domain import cancellations, doubles, lost_links, sign_ups, transitions
from courses.domain.transitions import WrongStateError
from courses.models import SignUp, SignUpPage
from courses.reading import events
from courses.reading.event import Event
from courses.values.countries import HOME
from courses.values.names import full_name
from mail import outbox
from mail.models import OutgoingMail

SUBSTITUTED = "substitute"  # the note in the history when a colleague takes over a sign-up


class TakenError(Exception):
    """Another live sign-up on this roster has this name and e-mail address."""


@dataclass(frozen=True)
class Person:
    """Name and contact data, as on the sign-up."""

    first_name: str
    last_name: str
    email: str
    phone: str
    infix: str = ""

    @property
    def full_name(self) -> str:
        """The whole name, as on the sign-up."""
        return full_name(self.first_name, self.infix, self.last_name)

    @property
    def key(self) -> str:
        """`SignUp.person_key` of this person."""
        return sign_ups.person_key(self.first_name, self.infix, self.last_name, self.email)


def person_of(sign_up: SignUp) -> Person:
    """The person of this sign-up."""
    return Person(**{field.name: getattr(sign_up, field.name) for field in fields(Person)})


@transaction.atomic
def change_contact(
    sign_up: SignUp, *, email: str, phone: str, invoice: Mapping[str, str] | None = None
) -> SignUp:
    """Save the person's own change of address or number, for a live sign-up.

    A former e-mail address gets a warning, a new one gets the link. `invoice` is {field: value} of
    the invoice data, while there is no invoice. Raises WrongStateError.
    """
    sign_up = transitions.lock_in_state(sign_up, *SignUp.LIVE)
    if invoice:
        _change_invoice(sign_up, invoice)
    if (email, phone) == (sign_up.email, sign_up.phone):
        return sign_up
    person = replace(person_of(sign_up), email=email, phone=phone)
    has_moved = email != sign_up.email
    event = events.of_roster(sign_up.roster)
    if has_moved:
        mails.send("contact_changed", sign_up, event)
    _rename(sign_up, person)
    is_twice = doubles.step_aside(sign_up, sign_up.roster)
    sign_up.save(update_fields=["email", "phone", "person_key"])
    transitions.log(sign_up, timezone.now(), note="contact data changed")
    if is_twice:
        doubles.tell_office(sign_up)
    if has_moved:
        mails.send("link_again", sign_up, event)
    return sign_up


@transaction.atomic
def correct_email(sign_up: SignUp, email: str, *, by: User) -> SignUp:
    """Correct an address that bounces, even of a sign-up that ended. Mails nobody.

    Raises WrongStateError when the personal data were removed, and TakenError when the person would
    be on the roster twice.
    """
    sign_up = transitions.lock_in_state(sign_up, *SignUp.State.values)
    person = replace(person_of(sign_up), email=email)
    if sign_up.is_live:
        refuse_second_sign_up(sign_up, person)
    _rename(sign_up, person)
    sign_up.save(update_fields=["email", "person_key"])
    transitions.log(sign_up, timezone.now(), by=by, note="e-mail address corrected")
    return sign_up


def can_change_invoice(sign_up: SignUp) -> bool:
    """Whether the person can change the invoice data: there are some, and no invoice yet."""
    return hasattr(sign_up, "buyer") and not sign_up.invoices.exists()


def can_send_substitute(sign_up: SignUp, event: Event | None = None) -> bool:
    """Whether a colleague can take over this place: on a whole course, before its first day.

    Not for alumni, who prove who they are, nor while the office reviews the admission.
    """
    return (
        sign_up.kind == SignUp.Kind.COURSE
        and sign_up.state in (SignUp.State.AWAITING_PAYMENT, SignUp.State.CONFIRMED)
        and cancellations.first_day(sign_up, event) > timezone.localdate()
    )


@transaction.atomic
def substitute(sign_up: SignUp, person: Person, *, by: User | None = None) -> SignUp:
    """Let a colleague take over a sign-up: seat and money stay, personal data are removed.

    `by` is the member of staff, or None for the person's own doing. The former link stops working
    and the colleague gets a new one by mail. Raises WrongStateError, and TakenError for staff.
    """
    sign_up = transitions.lock_in_state(sign_up, *SignUp.LIVE)
    if not can_send_substitute(sign_up):
        raise WrongStateError
    if by is not None:
        refuse_second_sign_up(sign_up, person)
    event = events.of_roster(sign_up.roster)
    mails.send("substitute_former", sign_up, event)
    now = timezone.now()  # the mail before this moment counts as the former person's
    _forget(sign_up, event)
    _rename(sign_up, person)
    is_twice = doubles.step_aside(sign_up, sign_up.roster)
    lost_links.end_links(sign_up)
    sign_up.admission = SignUp.Admission.HBO
    sign_up.knows_since = now
    sign_up.save()
    transitions.log(sign_up, now, by=by, note=SUBSTITUTED)
    mails.send("substitute_new", sign_up, event)
    if by is None:
        reason = {"reason": lambda: _("A colleague comes.")}
        mails.notify_office(sign_up, event, "office_change", **reason)
    if is_twice:
        doubles.tell_office(sign_up)
    return sign_up


def holder_since(sign_up: SignUp) -> datetime | None:
    """When the present person took over this sign-up; None if it never changed hands."""
    changes = sign_up.changes.filter(note=SUBSTITUTED).order_by("-at", "-pk")
    return changes.values_list("at", flat=True).first()


@transaction.atomic
def send_mail_again(sign_up: SignUp, mail: OutgoingMail, *, by: User) -> SignUp:
    """Send a copy of a mail about this sign-up to the address to which it went before."""
    sign_up = transitions.lock_in_state(sign_up, *SignUp.State.values)
    outbox.send_again(mail, to=mail.to)
    transitions.log(sign_up, timezone.now(), by=by, note="mail sent again")
    return sign_up


@transaction.atomic
def change_note(sign_up: SignUp, text: str, *, by: User, seen: str | None = None) -> SignUp:
    """Save the office's note about this person. The history does not repeat its text.

    `seen` is the note that was shown. If it has changed since, this text is added below.
    """
    sign_up = transitions.lock_in_state(sign_up, *SignUp.State.values)
    if seen is not None and sign_up.office_note not in (seen, text):
        text = f"{sign_up.office_note}\n\n{text}".strip()
    if text != sign_up.office_note:
        sign_up.office_note = text
        sign_up.save(update_fields=["office_note"])
        transitions.log(sign_up, timezone.now(), by=by, note="note changed")
    return sign_up


def _change_invoice(sign_up: SignUp, changes: Mapping[str, str]) -> None:
    if not can_change_invoice(sign_up):
        raise WrongStateError
    for name, value in changes.items():
        setattr(sign_up.buyer, name, value)
    sign_up.buyer.save(update_fields=list(changes))


def refuse_second_sign_up(sign_up: SignUp, person: Person) -> None:
    """Raise TakenError when another live sign-up on the same roster is this person's. For staff."""
    if doubles.exists(sign_up.roster, person.key, beside=sign_up):
        raise TakenError


def _rename(sign_up: SignUp, person: Person) -> None:
    for field in fields(Person):
        setattr(sign_up, field.name, getattr(person, field.name))
    sign_up.person_key = person.key


def _forget(sign_up: SignUp, event: Event | None) -> None:
    """Remove the former person's data. The worker deletes the files that belong to no answer."""
    sign_up.remarks = sign_up.motivation = sign_up.office_note = ""
    sign_up.answers.all().delete()
    _forget_consents(sign_up, event)
    _forget_private_address(sign_up)
    sign_up.swap_wishes.clear()
    transitions.withdraw_offers(sign_up, timezone.now())


def _forget_consents(sign_up: SignUp, event: Event | None) -> None:
    """Keep only the agreement to the terms, which comes with the place: the required lines."""
    page = event.sign_up_pages.get(sign_up.kind) if event else None
    own = page.get_translations(inclusive=True) if page else SignUpPage.objects.none()
    terms = {
        _plain(block.value["text"].source)
        for translated in own.filter(locale__language_code=sign_up.language)
        for block in translated.consents
        if block.value["required"]
    }
    for consent in sign_up.consents.all():
        if not consent.given or _plain(consent.text) not in terms:
            consent.delete()


def _forget_private_address(sign_up: SignUp) -> None:
    """Remove a home address, which the colleague must not see. An organisation goes on paying."""
    buyer = getattr(sign_up, "buyer", None)
    if buyer and not buyer.organisation and not sign_up.invoices.exists():
        buyer.street = buyer.postcode = buyer.city = buyer.email = ""
        buyer.country = HOME
        buyer.save(update_fields=["street", "postcode", "city", "country", "email"])


def _plain(html: str) -> str:
    return " ".join(strip_tags(html).split())
