"""Remove the text and the recipient of mails; the record that a mail of a kind was sent stays."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from wagtail.models import ModelLogEntry

from core.backups import erasures
from mail.models import MailAttachment, MailEvent, OutgoingMail

State = OutgoingMail.State
DONE = (State.SENT, State.FAILED)


@transaction.atomic
def remove_texts(mails, now) -> int:
    """Remove texts and attachments from these mails (a queryset); returns the number of mails."""
    keys = list(mails.values_list("pk", flat=True))
    MailAttachment.objects.filter(mail__in=keys).delete()
    return OutgoingMail.objects.filter(pk__in=keys).update(
        body_text="", body_html="", forgotten_at=now
    )


@transaction.atomic
def remove_people(mails, now) -> int:
    """Also remove names and addresses; returns the number of mails.

    A mail that still waits is not sent. The subject, in which staff may have put a name, becomes
    the name of the kind of mail.
    """
    keys = list(mails.values_list("pk", flat=True))
    found = OutgoingMail.objects.filter(pk__in=keys)
    for pk, message_id in found.values_list("pk", "message_id"):
        erasures.note("mail.people", pk, mark=message_id)
    remove_texts(found, now)
    MailEvent.objects.filter(mail__in=keys).update(detail="")
    found.exclude(state__in=DONE).update(state=State.FAILED, leased_until=None)
    with translation.override("nl"):
        for kind in found.order_by().values_list("kind", flat=True).distinct():
            label = str(OutgoingMail(kind=kind).kind_label)[:250]
            of_kind = found.filter(kind=kind)
            of_kind.update(subject=label)
            _clear_log(of_kind, label)
    return found.update(to="", to_name="", reply_to="", last_error="")


def _clear_log(mails, label):
    """Relabel the entries in the log of the CMS, which hold the subject and the address."""
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(OutgoingMail),
        object_id__in=[str(pk) for pk in mails.values_list("pk", flat=True)],
    )
    entries.update(label=label)


def names_somebody():
    """A Q for mails that still hold a name or an address."""
    return Q(to__gt="") | Q(to_name__gt="") | Q(reply_to__gt="")
