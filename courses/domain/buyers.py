"""Buyers: the employer pays for a participant, who keeps the seat and all mails on the course."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import SiteSettings, User
from courses import mails
from courses.domain import cancellations, invoices, transitions
from courses.domain.transitions import WrongStateError
from courses.models import BuyerDetails, Invoice, Roster, SignUp
from courses.reading import events, links
from courses.reading.event import Event
from courses.values.countries import HOME


@dataclass(frozen=True)
class Details:
    """The details on the invoice, as the buyer wrote them."""

    organisation: str
    street: str
    postcode: str
    city: str
    email: str
    reference: str = ""
    country: str = HOME


def may_pay(sign_up: SignUp, event: Event | None = None) -> bool:
    """Whether a buyer may pay now, because the course or the office allows it.

    A caller that has loaded the `event` of this sign-up saves a query.
    """
    if sign_up.state != SignUp.State.AWAITING_PAYMENT or not sign_up.price_cents:
        return False
    if sign_up.roster.state == Roster.State.CALLED_OFF:
        return False
    if sign_up.buyer_may_pay:
        return True
    event = event or events.of_roster(sign_up.roster)
    return event is not None and event.course.buyer_may_pay


def is_expected_to_pay(sign_up: SignUp, event: Event | None = None) -> bool:
    """Whether the employer will probably pay: then the person is not sent to the bank at once."""
    return sign_up.for_work and may_pay(sign_up, event)


def can_allow(sign_up: SignUp) -> bool:
    """Whether the office can still allow a buyer: there is a price, and no buyer may pay yet."""
    is_off = sign_up.roster.state == Roster.State.CALLED_OFF
    return bool(sign_up.price_cents) and not is_off and not may_pay(sign_up)


@transaction.atomic
def allow_to_pay(sign_up: SignUp, *, by: User) -> SignUp:
    """Let a buyer pay for this person, who gets the link to forward by mail.

    Raises WrongStateError when there is nothing to pay, as on a date that was called off.
    """
    sign_up = transitions.lock_in_state(sign_up, SignUp.State.AWAITING_PAYMENT)
    if sign_up.buyer_may_pay:
        return sign_up
    if not can_allow(sign_up):
        raise WrongStateError
    sign_up.buyer_may_pay = True
    sign_up.save(update_fields=["buyer_may_pay"])
    transitions.log(sign_up, timezone.now(), by=by, note="employer may pay")
    buyer = _with_link(sign_up)
    mails.send(
        "buyer_allowed", sign_up, events.of_roster(sign_up.roster), pay_url=links.buyer_url(buyer)
    )
    return sign_up


@transaction.atomic
def make_link(sign_up: SignUp, *, anew: bool = False) -> BuyerDetails:
    """The buyer with a pay link; `anew` revokes the former link.

    Raises WrongStateError when no buyer may pay now.
    """
    sign_up = transitions.lock_in_state(sign_up, SignUp.State.AWAITING_PAYMENT)
    if not may_pay(sign_up):
        raise WrongStateError
    buyer = _with_link(sign_up)
    if anew:
        links.renew(buyer)
        buyer.save(update_fields=["token_nonce", "token_hash"])
    return buyer


@transaction.atomic
def mail_link(sign_up: SignUp, email: str) -> BuyerDetails:
    """Mail the pay link to the buyer and save the address, to which invoices go as well.

    The same link goes to the same address at most once an hour. Raises WrongStateError.
    """
    buyer = make_link(sign_up)
    buyer.email = email
    buyer.save(update_fields=["email"])
    mails.send(
        "buyer_pay_link",
        buyer.sign_up,
        events.of_roster(buyer.sign_up.roster),
        key=_hourly_key(buyer, email),
        to=(buyer.organisation, email),
        pay_url=links.buyer_url(buyer),
    )
    return buyer


def details_are_final(sign_up: SignUp) -> bool:
    """Whether there is an invoice, so that its details cannot change any more."""
    return invoices.standing(sign_up) is not None


@transaction.atomic
def save_details(buyer: BuyerDetails, details: Details) -> BuyerDetails:
    """Save what the buyer wrote for the invoice. Raises WrongStateError once there is one."""
    sign_up = transitions.lock_in_state(buyer.sign_up, SignUp.State.AWAITING_PAYMENT)
    if details_are_final(sign_up):
        raise WrongStateError
    buyer = sign_up.buyer
    for name, value in vars(details).items():
        setattr(buyer, name, value)
    buyer.save(update_fields=list(vars(details)))
    return buyer


def invoice_due_on(sign_up: SignUp, today: date | None = None) -> date | None:
    """The due date of an invoice that is chosen today; None when there can be no such invoice.

    At the latest the day before this person's first course day. Without the institute's own data
    nobody could pay it: it would name no account.
    """
    if SiteSettings.current().missing_on_invoices:
        return None
    today = today or timezone.localdate()
    due = today + timedelta(days=SiteSettings.current().invoice_days)
    due = min(due, cancellations.first_day(sign_up) - timedelta(days=1))
    return due if due >= today else None


@transaction.atomic
def choose_invoice(buyer: BuyerDetails, details: Details) -> Invoice:
    """Issue an invoice instead of a payment now. The place is held until the end of the due date.

    A job mails the invoice. Idempotent: a second call returns the same invoice. Raises
    WrongStateError when it is too late for an invoice or no buyer may pay.
    """
    sign_up = transitions.lock_in_state(buyer.sign_up, SignUp.State.AWAITING_PAYMENT)
    standing = invoices.standing(sign_up)
    if standing:
        return standing
    due = invoice_due_on(sign_up)
    if due is None or not may_pay(sign_up):
        raise WrongStateError
    sign_up.buyer = save_details(buyer, details)
    invoice = invoices.issue(sign_up, due_on=due)
    if invoice is None:  # there is nothing to pay
        raise WrongStateError
    sign_up.hold_until = hold_until_end_of(due)
    sign_up.save(update_fields=["hold_until"])
    transitions.log(sign_up, timezone.now(), note="invoice chosen")
    mails.notify_office(
        sign_up,
        events.of_roster(sign_up.roster),
        "office_change",
        reason=lambda: _("The employer pays by invoice %(number)s.") % {"number": invoice.number},
    )
    return invoice


def _with_link(sign_up: SignUp) -> BuyerDetails:
    buyer, _created = BuyerDetails.objects.get_or_create(sign_up=sign_up)
    if not buyer.token_hash:
        links.issue(buyer)
        buyer.save(update_fields=["token_hash"])
    return buyer


def _hourly_key(buyer: BuyerDetails, email: str) -> str:
    hour = timezone.now().strftime("%Y%m%d%H")
    link_and_address = f"{buyer.token_hash}{email}"
    return f"pay-link-{uuid.uuid5(buyer.sign_up.idempotency_key, link_and_address)}-{hour}"


def hold_until_end_of(day: date) -> datetime:
    """The moment until which a place is held when its invoice is due on this day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))
