"""How the worker empties the outbox: lease one mail, send it outside any transaction, record it.

The lease of a worker that is killed ends by itself. The mail it was sending is then sent again
under the same Message-ID; no other mail is sent twice.
"""

import contextlib
import logging
import random
import smtplib
import time
from datetime import timedelta
from email.headerregistry import Address

from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import DatabaseError, connections, transaction
from django.db.models import F, Q
from django.utils import timezone

from core.deadlines import Deadline
from core.form_fields import can_be_mailed
from core.logs import class_and_place
from core.periodic import asked_to_stop
from core.words import without_addresses
from mail import asked, forgetting
from mail.models import OutgoingMail

logger = logging.getLogger(__name__)

State = OutgoingMail.State
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)
MOST_ATTEMPTS = 54  # with the delays above: doubling for an hour, then hourly, for about two days
DRAIN_SECONDS = 20.0  # no new mail is begun in a run after this
FAILURES_PER_DRAIN = 3  # after this many the provider seems to be away


class CannotBeSent(Exception):
    """The mail itself is at fault, so a retry would not help."""


def send_due(*, now=None, seconds=DRAIN_SECONDS) -> int:
    """Send mails that are due and return how many were sent.

    Begins no new mail after `seconds`, after a few failures, or when the worker is asked to stop.
    Each mail has MAIL_SECONDS, however little the provider says at a time.
    """
    sent = failed = 0
    until = time.monotonic() + seconds
    provider, limit = get_connection(settings.MAIL_TRANSPORT), Deadline(settings.MAIL_SECONDS)
    try:
        while time.monotonic() < until and failed < FAILURES_PER_DRAIN and not asked_to_stop():
            mail = lease_next(now or timezone.now())
            if mail is None:
                break
            if asked.is_asked(mail):
                failed += not _answer(mail, now or timezone.now())
                continue
            with limit:
                went = send(mail, provider, now=now)
            sent, failed = sent + went, failed + (not went)
    finally:
        with limit:
            _hang_up(provider)
        limit.close()
    return sent


def _answer(mail, now):
    """Answer what was asked by this row; returns whether that went well."""
    try:
        asked.answer(mail)
    except Exception as error:
        _record(_record_failure, mail, error, now)
        return False
    return True


def due(now):
    """The mails to send: queued ones whose moment has come, and those whose lease has ended."""
    return OutgoingMail.objects.filter(
        Q(state=State.QUEUED, next_attempt_at__lte=now)
        | Q(state=State.SENDING, leased_until__lte=now)
    )


def lease_next(now) -> OutgoingMail | None:
    """Lease the mail that is due longest; None if there is none.

    The lease is a conditional UPDATE, so two workers never take the same mail.
    """
    while pk := due(now).order_by("next_attempt_at", "pk").values_list("pk", flat=True).first():
        taken = (
            due(now)
            .filter(pk=pk)
            .update(
                state=State.SENDING,
                leased_until=now + timedelta(seconds=settings.MAIL_LEASE_SECONDS),
                attempts=F("attempts") + 1,
            )
        )
        if taken:
            return OutgoingMail.objects.get(pk=pk)
    return None


def send(mail, provider, *, now=None) -> bool:
    """Send a leased mail over this connection and record the outcome; returns whether it went."""
    try:
        if mail.attempts > MOST_ATTEMPTS:
            raise CannotBeSent("too many attempts were cut off")
        message = build_message(mail, provider)
        provider.open()
        message.send()
    except Exception as error:
        # The connection may be in any state, so the next mail opens a new one.
        _hang_up(provider)
        _record(_record_failure, mail, error, now or timezone.now())
        return False
    _record(_record_sent, mail, message, now or timezone.now())
    return True


def build_message(mail, provider=None) -> EmailMultiAlternatives:
    """The message to send. Raises CannotBeSent if the mail makes no valid one."""
    try:
        message = EmailMultiAlternatives(
            subject=mail.subject,
            body=mail.body_text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[recipient(mail.to_name, mail.to)],
            # The mail itself matters more than how it can be answered.
            reply_to=[mail.reply_to] if can_be_mailed(mail.reply_to) else None,
            headers={
                "Message-ID": mail.message_id,
                "Content-Language": mail.language,
                "Auto-Submitted": "auto-generated",
            },
            connection=provider,
        )
        if mail.body_html:
            message.attach_alternative(mail.body_html, "text/html")
        for attachment in mail.attachments.all():
            message.attach(attachment.filename, bytes(attachment.content), attachment.mimetype)
        message.message()
    except Exception as error:
        raise CannotBeSent(class_and_place(error)) from error
    return message


def recipient(name, address) -> str:
    """The recipient as a header value; any display name is quoted as RFC 5322 requires.

    A name that looks like a web address is written as loose words, for it may be a stranger's.
    """
    name = without_addresses(name)
    return str(Address(display_name=name, addr_spec=address)) if name else address


def is_permanent(error) -> bool:
    """Whether a retry is useless: the address or the content was refused for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return 500 <= error.smtp_code < 600
    return isinstance(error, (CannotBeSent, AnymailRecipientsRefused, AnymailInvalidAddress))


def describe_error(error) -> str:
    """What went wrong, for staff, without the address or text that a mail server may quote."""
    if isinstance(error, CannotBeSent):
        return f"cannot be sent: {error}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _ in error.recipients.values()})
        return f"address refused by the mail server ({', '.join(codes)})"
    if isinstance(error, AnymailRecipientsRefused):
        return "address refused by the mail provider"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"mail server answered {error.smtp_code} ({type(error).__name__})"
    status = getattr(error, "status_code", None)
    return f"{type(error).__name__} {status}" if status else type(error).__name__


def delay_after(attempts) -> timedelta:
    """The time until the next attempt: doubling from 30 seconds to an hour, with jitter."""
    delay = min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY)
    return delay * random.uniform(0.75, 1.25)  # noqa: S311 spreads the load, guards nothing


def _hang_up(provider):
    with contextlib.suppress(Exception):
        provider.close()


def _record_sent(mail, message, now):
    # Without a condition on the lease: even if another worker holds it now, the mail was sent.
    status = getattr(message, "anymail_status", None)
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=State.SENT,
        sent_at=now,
        leased_until=None,
        last_error="",
        esp_message_id=str(getattr(status, "message_id", None) or "")[:255],
    )
    mail.events.create(event="sent", happened_at=now)
    _forget_what_is_private(mail, now)


def _record_failure(mail, error, now):
    give_up = is_permanent(error) or mail.attempts >= MOST_ATTEMPTS
    detail = describe_error(error)[:300]
    mine = OutgoingMail.objects.filter(pk=mail.pk, state=State.SENDING, attempts=mail.attempts)
    recorded = mine.update(
        state=State.FAILED if give_up else State.QUEUED,
        next_attempt_at=now if give_up else now + delay_after(mail.attempts),
        leased_until=None,
        last_error=detail,
    )
    if not recorded:
        return
    mail.events.create(event="failed" if give_up else "postponed", happened_at=now, detail=detail)
    if give_up:
        _forget_what_is_private(mail, now)
    log = logger.error if give_up else logger.warning
    log("Mail %s (%s), attempt %s: %s", mail.pk, mail.kind, mail.attempts, detail)


def _forget_what_is_private(mail, now):
    if mail.is_private:
        forgetting.remove_texts(OutgoingMail.objects.filter(pk=mail.pk), now)


def _record(record, *args, tries=5):
    # The database may be away for a moment; a mail whose sending is not recorded is sent twice.
    for remaining in reversed(range(tries)):
        try:
            with transaction.atomic():
                return record(*args)
        except DatabaseError:
            if not remaining:
                raise
            connections.close_all()
            time.sleep(1)
