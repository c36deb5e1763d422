"""Mails that did not arrive wait for staff until they are sent again."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from core.to_do import Waiting
from mail.models import OutgoingMail
from mail.office.parked import parked

State = OutgoingMail.State
Delivery = OutgoingMail.Delivery

OPEN = "?seen_to=no"  # a filter of the outbox


def for_staff(user):
    """For the hook `staff_to_do`."""
    if user.has_perm("mail.view_outgoingmail"):
        yield from _not_arrived()
        yield _held_back()


def _not_arrived():
    yield _item(
        Q(state=State.FAILED),
        f"&state={State.FAILED}",
        lambda number: ngettext(
            "mail that could not be sent: look at the address",
            "mails that could not be sent: look at the addresses",
            number,
        ),
    )
    yield _item(
        Q(delivery=Delivery.BOUNCED),
        f"&delivery={Delivery.BOUNCED}",
        lambda number: ngettext(
            "mail that was not delivered: correct the address",
            "mails that were not delivered: correct the addresses",
            number,
        ),
    )
    yield _item(
        Q(delivery=Delivery.COMPLAINED),
        f"&delivery={Delivery.COMPLAINED}",
        lambda number: ngettext(
            "mail reported as spam: call before you mail again",
            "mails reported as spam: call before you mail again",
            number,
        ),
    )


def _held_back():
    return Waiting(
        parked(),
        lambda number: ngettext(
            "mail held back after a backup was put back: release it or say that it was sent",
            "mails held back after a backup was put back: release them or say that they were sent",
            number,
        ),
        reverse("outbox:index") + f"?state={State.PARKED}",
        order=20,
        icon="mail",
    )


def waiting(mails):
    """The mails that were not sent again, and still have a text to send."""
    return mails.filter(copies=None, forgotten_at=None)


def _item(trouble, query, label):
    # Each trouble is counted by itself, so that the database reads these mails only.
    rows = waiting(OutgoingMail.objects.filter(trouble))
    return Waiting(rows, label, reverse("outbox:index") + OPEN + query, order=250, icon="mail")
