"""What stands beside the rows that a test is about, and must not come along.

Where code filters, orders or picks, a test with one row passes without the filter too. With the
fixture `neighbour` there is a second of everything: on another date of another course, next year
and elsewhere, of other people.
"""

import datetime
from dataclasses import dataclass

import time_machine
from django.conf import settings
from django.utils import timezone

from courses.domain import cancellations, payments, people, swaps
from courses.models import Invoice, Payment, Refund, Roster, RosterMessage, SignUp, SwapOffer
from courses.reading.event import Event
from mail.models import MailText, OutgoingMail
from tests import factories

PLACE = "Elders"
A_YEAR = datetime.timedelta(days=366)


@dataclass
class Neighbour:
    """Everything that belongs to others.

    `handed_over` paid last year, and a colleague took the place; `waiting` is in the middle of
    paying; `gone` cancelled and gets money back; `wisher` has an offer of a place on `second`.
    """

    event: Event
    second: Event
    handed_over: SignUp
    waiting: SignUp
    gone: SignUp
    wisher: SignUp
    invoice: Invoice
    payment: Payment
    refund: Refund
    offer: SwapOffer
    draft: RosterMessage
    text: MailText
    mail: OutgoingMail

    @property
    def rosters(self):
        return [self.event.roster, self.second.roster]

    @property
    def sign_ups(self):
        return [self.handed_over, self.waiting, self.gone, self.wisher]

    def is_untouched(self):
        """Whether no sign-up, payment, refund, offer, draft or mail changed since it was made."""
        return self._now() == self._before

    def __post_init__(self):
        self._before = self._now()

    def _now(self):
        theirs = {"sign_up__in": [row.pk for row in self.sign_ups]}
        return [
            list(rows.order_by("pk").values())
            for rows in (
                SignUp.objects.filter(pk__in=[row.pk for row in self.sign_ups]),
                Roster.objects.filter(pk__in=[row.pk for row in self.rosters]),
                Payment.objects.filter(**theirs),
                Invoice.objects.filter(**theirs),
                SwapOffer.objects.filter(**theirs),
                Refund.objects.filter(pk=self.refund.pk),
                RosterMessage.objects.filter(pk=self.draft.pk),
                MailText.objects.filter(pk=self.text.pk),
                OutgoingMail.objects.filter(object_id__in=theirs["sign_up__in"]),
            )
        ]


def make():
    """All of it, on two dates of a course of their own."""
    course = factories.course(title="Buurcursus", slug="buurcursus")
    parts = ([400, 401], [430, 431])
    event, second = (
        factories.event(course, parts=[factories.part(*days, label="Buurdagen", place=PLACE)])
        for days in parts
    )
    colleague = people.Person("Buur", "Collega", "collega@buur.example", "06 10101010")
    with time_machine.travel(timezone.now() - A_YEAR):
        handed_over = payments.record(_sign_up(event, "Vorigjaar"), by=None)
        people.substitute(handed_over, colleague)
    waiting = _sign_up(event, "Wacht")
    gone = payments.record(_sign_up(event, "Weg"), by=None)
    gone = cancellations.cancel(gone, by=None, back_cents=gone.price_cents)
    wisher = _sign_up(event, "Wenst", swap_wishes=(second.roster.pk,))
    return Neighbour(
        event=factories.again(event),
        second=factories.again(second),
        handed_over=SignUp.objects.get(pk=handed_over.pk),
        waiting=waiting,
        gone=gone,
        wisher=wisher,
        invoice=handed_over.invoices.get(),
        payment=Payment.objects.create(
            sign_up=waiting,
            gateway=settings.PAYMENT_GATEWAY,
            reference="tr_buur",
            amount_cents=waiting.price_cents,
            created_at=timezone.now(),
        ),
        refund=Refund.objects.get(payment__sign_up=gone),
        offer=swaps.offer(wisher, second.roster, by=factories.user("buur")),
        draft=RosterMessage.objects.create(roster=event.roster, subject="Van de buren"),
        text=MailText.objects.create(
            kind="received", language="en", subject="Neighbour", body="<p>Neighbour</p>"
        ),
        mail=OutgoingMail.objects.filter(object_id=waiting.pk).earliest("pk"),
    )


def _sign_up(event, name, **facts):
    """Somebody with an e-mail address in a domain that no other test uses."""
    given = {"first_name": "Buur", "infix": "", "last_name": name, "phone": "06 20202020"}
    buyer = factories.buyer(street="Buurweg 1", city="Buurt", email="betaler@buur.example")
    given |= {"email": f"{name.lower()}@buur.example", "buyer": buyer} | facts
    return factories.sign_up(event, factories.application(**given))
