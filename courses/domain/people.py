"""Who a sign-up is about: their contact data, their link, and a colleague who comes instead."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from core.models import User
from courses import mails
from courses.domain import cancellations, sign_ups, transitions
from courses.domain.transitions import WrongStateError
from courses.models import SignUp, SignUpPage
from courses.reading import events, links
from courses.reading.event import Event
from mail import outbox
from mail.models import OutgoingMail

SUBSTITUTED = "substitute"  # the note in the history with which a sign-up changes hands


class TakenError(Exception):
    """Somebody with this name and e-mail address is on this course date already."""


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    email: str
    phone: str
    infix: str = ""

    @property
    def key(self) -> str:
        return sign_ups.person_key(self.first_name, self.infix, self.last_name, self.email)


def person_of(sign_up: SignUp) -> Person:
    return Person(**{field.name: getattr(sign_up, field.name) for field in fields(Person)})


@transaction.atomic
def change_contact(
    sign_up: SignUp, *, email: str, phone: str, invoice: Mapping[str, str] | None = None
) -> SignUp:
    """A new address or number. The former address hears of it, the new one gets the link.

    `invoice` is what changes of the data for the invoice, while there is none. Raises
    WrongStateError after the end, TakenError when it would make somebody twice on the list.
    """
    sign_up = transitions.locked(sign_up, *SignUp.LIVE)
    if invoice:
        _change_invoice(sign_up, invoice)
    if (email, phone) == (sign_up.email, sign_up.phone):
        return sign_up
    person = replace(person_of(sign_up), email=email, phone=phone)
    refuse_twice(sign_up, person)
    has_moved = email != sign_up.email
    event = events.of_roster(sign_up.roster)
    if has_moved:
        mails.send("contact_changed", sign_up, event)
    _rename(sign_up, person)
    sign_up.save(update_fields=["email", "phone", "person_key"])
    transitions.log(sign_up, timezone.now(), note="contact data changed")
    if has_moved:
        mails.send("link_again", sign_up, event)
    return sign_up


@transaction.atomic
def correct_email(sign_up: SignUp, email: str, *, by: User) -> SignUp:
    """Staff correct an address to which mails do not come, also after the end. Mails nobody.

    Raises WrongStateError when the person was forgotten, TakenError when it would make somebody
    twice on the list.
    """
    sign_up = transitions.locked(sign_up, *SignUp.State.values)
    person = replace(person_of(sign_up), email=email)
    if sign_up.is_live:
        refuse_twice(sign_up, person)
    _rename(sign_up, person)
    sign_up.save(update_fields=["email", "person_key"])
    transitions.log(sign_up, timezone.now(), by=by, note="e-mail address corrected")
    return sign_up


def can_change_invoice(sign_up: SignUp) -> bool:
    """An invoice that was issued is corrected by a credit note only, which is the office's."""
    return hasattr(sign_up, "buyer") and not sign_up.invoices.exists()


def can_send_substitute(sign_up: SignUp, event: Event | None = None) -> bool:
    """A place on the whole course can go to a colleague until the day before it begins.

    Alumni prove who they are, and the office still judges whose admission it looks at.
    """
    return (
        sign_up.kind == SignUp.Kind.COURSE
        and sign_up.state in (SignUp.State.AWAITING_PAYMENT, SignUp.State.CONFIRMED)
        and cancellations.first_day(sign_up, event) > timezone.localdate()
    )


@transaction.atomic
def substitute(sign_up: SignUp, person: Person, *, by: User | None = None) -> SignUp:
    """A colleague comes instead: seat and money stay, all that was personal goes.

    The person says so, or asked the office to (`by`).

    The former person's link stops working; the new one gets one by mail. Raises WrongStateError
    or TakenError.
    """
    sign_up = transitions.locked(sign_up, *SignUp.LIVE)
    if not can_send_substitute(sign_up):
        raise WrongStateError
    refuse_twice(sign_up, person)
    event = events.of_roster(sign_up.roster)
    mails.send("substitute_former", sign_up, event)
    now = timezone.now()  # what was written before is about the former person
    _forget(sign_up, event)
    _rename(sign_up, person)
    links.renew(sign_up)
    # Else the former person's form, sent once more, would lead to the colleague's page.
    sign_up.idempotency_key = uuid.uuid4()
    sign_up.fingerprint = secrets.token_hex(32)  # of what the former person filled in
    sign_up.admission = SignUp.Admission.HBO
    sign_up.knows_since = now
    sign_up.save()
    transitions.log(sign_up, now, by=by, note=SUBSTITUTED)
    mails.send("substitute_new", sign_up, event)
    if by is None:
        reason = {"reason": lambda: _("A colleague comes.")}
        mails.notify_office(sign_up, event, "office_change", **reason)
    return sign_up


def holder_since(sign_up: SignUp) -> datetime | None:
    """The moment at which a colleague came instead, the last one; None where nobody did."""
    changes = sign_up.changes.filter(note=SUBSTITUTED).order_by("-at", "-pk")
    return changes.values_list("at", flat=True).first()


def mail_links(email: str) -> None:
    """Mail everybody with this address the link to each of their sign-ups, if there are any."""
    for sign_up in SignUp.objects.filter(email__iexact=email, state__in=SignUp.LIVE):
        mail_link(sign_up)


def mail_link(sign_up: SignUp) -> None:
    """Send the person their link again, at most once an hour."""
    hour = timezone.now().strftime("%Y%m%d%H")
    mails.send(
        "link_again",
        sign_up,
        events.of_roster(sign_up.roster),
        key=f"link-again-{sign_up.pk}-{hour}",
    )


@transaction.atomic
def send_link(sign_up: SignUp, *, by: User) -> SignUp:
    """The office sends the person their link again, as often as it likes."""
    sign_up = transitions.locked(sign_up, *SignUp.State.values)
    mails.send("link_again", sign_up, events.of_roster(sign_up.roster))
    transitions.log(sign_up, timezone.now(), by=by, note="link sent again")
    return sign_up


@transaction.atomic
def send_again(sign_up: SignUp, mail: OutgoingMail, *, by: User) -> SignUp:
    """The office sends a mail about this sign-up once more, as it was and to where it went."""
    sign_up = transitions.locked(sign_up, *SignUp.State.values)
    outbox.send_again(mail, to=mail.to)
    transitions.log(sign_up, timezone.now(), by=by, note="mail sent again")
    return sign_up


@transaction.atomic
def note(sign_up: SignUp, text: str, *, by: User, seen: str | None = None) -> SignUp:
    """What the office wants to remember of this person. The history does not repeat it.

    Where a colleague wrote something else than was `seen`, that stays, with this text below it.
    """
    sign_up = transitions.locked(sign_up, *SignUp.State.values)
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


def refuse_twice(sign_up: SignUp, person: Person) -> None:
    same = sign_up.roster.sign_ups.filter(person_key=person.key, state__in=SignUp.LIVE)
    if same.exclude(pk=sign_up.pk).exists():
        raise TakenError


def _rename(sign_up: SignUp, person: Person) -> None:
    for field in fields(Person):
        setattr(sign_up, field.name, getattr(person, field.name))
    sign_up.person_key = person.key


def _forget(sign_up: SignUp, event: Event | None) -> None:
    """Remove what only concerned the former person. The worker removes files without an answer."""
    sign_up.remarks = sign_up.motivation = sign_up.office_note = ""
    sign_up.answers.all().delete()
    _forget_consents(sign_up, event)
    _forget_private_address(sign_up)
    sign_up.swap_wishes.clear()
    transitions.withdraw_offers(sign_up, timezone.now())


def _forget_consents(sign_up: SignUp, event: Event | None) -> None:
    """Only the agreement to the terms comes with the place: the lines that had to be ticked."""
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
    """An organisation goes on paying for whoever comes; a home is not for the colleague to see."""
    buyer = getattr(sign_up, "buyer", None)
    if buyer and not buyer.organisation and not sign_up.invoices.exists():
        buyer.street = buyer.postcode = buyer.city = buyer.email = ""
        buyer.save(update_fields=["street", "postcode", "city", "email"])


def _plain(html: str) -> str:
    return " ".join(strip_tags(html).split())
