"""How long the mails that were sent are kept. One about a sign-up loses its address with that."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import retention
from core.retention import INTEREST, Rule, impersonal, start_of
from mail import forgetting
from mail.models import OutgoingMail


def _is_over(now):
    first_kept = timezone.localdate(now) - timedelta(days=settings.MAIL_BODY_DAYS)
    return Q(created_at__lt=start_of(first_kept))


def _with_text():
    ended = (*forgetting.DONE, OutgoingMail.State.PARKED)
    mails = OutgoingMail.objects.filter(forgotten_at=None, state__in=ended)
    return mails.exclude(object_id=None)


def _about_nothing():
    """Messages of visitors to the office, and test mails of staff."""
    mails = OutgoingMail.objects.filter(object_id=None, state__in=forgetting.DONE)
    return mails.filter(forgetting.names_somebody())


def _remove_texts(keys, now):
    return forgetting.remove_texts(_with_text().filter(_is_over(now), pk__in=keys), now)


def _remove_people(keys, now):
    return forgetting.remove_people(_about_nothing().filter(_is_over(now), pk__in=keys), now)


retention.register(
    Rule(
        key="mail_texts",
        what=_("The text and the attachments of e-mails that we sent you"),
        purpose=_("to see what went wrong when a mail did not arrive, and to send it again"),
        basis=INTEREST,
        term=format_lazy(_("{days} days after we sent it"), days=settings.MAIL_BODY_DAYS),
        fields=(
            "mail.OutgoingMail.subject",
            "mail.OutgoingMail.body_text",
            "mail.OutgoingMail.body_html",
            "mail.MailAttachment.filename",
            "mail.MailAttachment.content",
            "mail.MailEvent.detail",
            "mail.OutgoingMail.last_error",
        ),
        order=105,
        rows=_with_text,
        over=_is_over,
        remove=_remove_texts,
    )
)
retention.register(
    Rule(
        key="messages",
        what=_("Your message through the contact page: name, e-mail address and text"),
        purpose=_("to answer you; it goes to the office as an e-mail"),
        basis=INTEREST,
        term=format_lazy(
            _("{days} days on this site; in our mailbox as long as your question needs"),
            days=settings.MAIL_BODY_DAYS,
        ),
        fields=(
            "mail.OutgoingMail.to",
            "mail.OutgoingMail.to_name",
            "mail.OutgoingMail.reply_to",
        ),
        order=300,
        rows=_about_nothing,
        over=_is_over,
        remove=_remove_people,
    )
)

impersonal(
    "mail.OutgoingMail",
    "id kind key language message_id state attempts next_attempt_at leased_until esp_message_id"
    " delivery created_at sent_at forgotten_at content_type object_id copy_of",
)
impersonal("mail.MailAttachment", "id mail mimetype")
impersonal("mail.MailEvent", "id mail happened_at event")
impersonal("mail.MailText")
