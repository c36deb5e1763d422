"""What happens to a mail after it was sent, as the provider reports it."""

import re
from datetime import UTC

from anymail.signals import EventType, RejectReason, tracking
from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from mail.models import MailEvent, OutgoingMail

Delivery = OutgoingMail.Delivery
MEANING = {
    EventType.DEFERRED: Delivery.DEFERRED,
    EventType.DELIVERED: Delivery.DELIVERED,
    EventType.BOUNCED: Delivery.BOUNCED,
    EventType.REJECTED: Delivery.BOUNCED,
    EventType.FAILED: Delivery.BOUNCED,
    EventType.COMPLAINED: Delivery.COMPLAINED,
}
SAYS_NOTHING = (None, RejectReason.BOUNCED, RejectReason.OTHER)
SMTP_CODES = re.compile(r"\b[245]\d\d\b(?:[ -][245]\.\d{1,3}\.\d{1,3}\b)?")


@receiver(tracking, dispatch_uid="mail.trail")
def record_report(sender, event, **kwargs):
    """Record a report of the provider; ignore one about an unknown mail or of no interest."""
    delivery = MEANING.get(event.event_type)
    mail = delivery and _find(event.message_id)
    if mail:
        record_delivery(mail, delivery, happened_at=_moment(event, mail), detail=_detail(event))


@transaction.atomic
def record_delivery(mail, delivery, *, happened_at, detail=""):
    """Add an event, once per moment, and let the mail show the gravest report so far.

    Idempotent, and independent of the order in which reports arrive.
    """
    _event, new = MailEvent.objects.get_or_create(
        mail=mail, event=delivery.value, happened_at=happened_at, defaults={"detail": detail}
    )
    if new:
        lighter = ["", *Delivery.values[: Delivery.values.index(delivery)]]
        OutgoingMail.objects.filter(pk=mail.pk, delivery__in=lighter).update(delivery=delivery)


def _find(message_id):
    if not message_id:
        return None
    ours = Q(esp_message_id=message_id) | Q(message_id=message_id)
    return OutgoingMail.objects.filter(ours).only("pk", "created_at").first()


def _moment(event, mail):
    """When it happened; a report without a time gets a fixed one, so that repeats are one event."""
    moment = event.timestamp or mail.created_at
    return timezone.make_aware(moment, UTC) if timezone.is_naive(moment) else moment


def _detail(event):
    """Only the codes of the report: the answer of a mail server may quote the address or text."""
    found = SMTP_CODES.search(str(event.mta_response or event.description or ""))
    reason = event.reject_reason if event.reject_reason not in SAYS_NOTHING else None
    return ", ".join(filter(None, [reason, found and found[0]]))
