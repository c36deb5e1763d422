from datetime import time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.jobs import periodic
from mail import sending
from mail.models import MailAttachment, OutgoingMail


@periodic("send_mail", every=timedelta(seconds=2), at_most=timedelta(minutes=5))
def send_mail():
    sending.send_due()


@periodic("forget_mail_texts", every=timedelta(days=1), at=time(3, 40))
def forget_mail_texts():
    forget_texts(now=timezone.now())


@transaction.atomic
def forget_texts(*, now) -> int:
    """Remove the texts of mails that are long done; that they were sent stays known."""
    before = now - timedelta(days=settings.MAIL_BODY_DAYS)
    done = OutgoingMail.objects.filter(
        state__in=[OutgoingMail.State.SENT, OutgoingMail.State.FAILED],
        created_at__lt=before,
        forgotten_at=None,
    )
    keys = list(done.values_list("pk", flat=True))
    MailAttachment.objects.filter(mail__in=keys).delete()
    return OutgoingMail.objects.filter(pk__in=keys).update(
        body_text="", body_html="", forgotten_at=now
    )
