"""Queue mails: the only way in which the rest of the site sends any.

A mail is a row in the transaction of its cause, so it is sent if and only if that is committed.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _

from core.once import cached, is_keeping
from mail import kinds
from mail.models import MailAttachment, MailText, OutgoingMail
from mail.rendering import SUBJECT_LENGTH, expanded, find_institute, one_line, render

State = OutgoingMail.State
NAME_LENGTH = 200
ADDRESS_LENGTH = 320
PATIENCE = timedelta(minutes=10)  # an unsent mail that is older is late


def queue(
    *,
    kind,
    to,
    language,
    values=None,
    about=None,
    key=None,
    reply_to=None,
    attachments=(),
) -> OutgoingMail:
    """Write a mail in the caller's transaction; the worker sends it after the commit.

    `to` is an address or a pair (name, address), `about` any model instance, and `attachments` are
    (file name, bytes, MIME type). With a `key` that was used before, nothing is written and the
    earlier mail is returned. An invalid address does not raise: the mail is written as not sent,
    where staff find it. Raises KeyError for an unknown `kind`, and ValueError unless `values` has
    exactly the placeholders of the kind.
    """
    if key and (earlier := OutgoingMail.objects.filter(key=key).first()):
        return earlier
    mail_kind = kinds.get(kind)
    _check_values(mail_kind, values or {})
    name, address = to if isinstance(to, tuple) else ("", to)
    language = language if language in mail_kind.body else next(iter(mail_kind.body))
    subject, body = wording(mail_kind, language)
    rendered = render(subject=subject, body=body, values=values or {}, language=language)
    fields = {
        "kind": kind,
        "to": one_line(address)[:ADDRESS_LENGTH],
        "to_name": one_line(name)[:NAME_LENGTH],
        "reply_to": one_line(reply_to or "")[:ADDRESS_LENGTH],
        "language": language,
        "subject": rendered.subject,
        "body_text": rendered.text,
        "body_html": rendered.html,
        "about": about,
    }
    return _write(fields, key, attachments)


def says(placeholder, kind, language) -> bool:
    """Whether the text of this kind, as staff have worded it, has a place for the placeholder."""
    _subject, body = wording(kinds.get(kind), language)
    return f"{{{placeholder}}}" in body


@transaction.atomic
def queue_for_staff(message, *, language):
    """Queue a message of Django, one mail to each recipient. No colleague can read it."""
    html = next((part.content for part in getattr(message, "alternatives", ())), "")
    files = [
        (part.filename or "", force_bytes(part.content), part.mimetype or "text/plain")
        for part in message.attachments
    ]
    for address in message.recipients():
        name, address = parseaddr(address)
        fields = {
            "kind": OutgoingMail.TO_STAFF,
            "to": one_line(address)[:ADDRESS_LENGTH],
            "to_name": one_line(name)[:NAME_LENGTH],
            "reply_to": one_line((message.reply_to or [""])[0])[:ADDRESS_LENGTH],
            "language": language,
            "subject": one_line(message.subject)[:SUBJECT_LENGTH],
            "body_text": message.body,
            "body_html": html,
        }
        _write(fields, None, files)


def write_asked(kind, address, *, subject) -> OutgoingMail:
    """Write down a question that the worker answers, see `mail.asked`."""
    fields = {"kind": kind, "to": one_line(address)[:ADDRESS_LENGTH], "subject": subject}
    return _write(fields | {"language": settings.LANGUAGE_CODE}, None, ())


@dataclass(frozen=True)
class StaffMail:
    """A mail to one person with a text that staff wrote for the occasion."""

    to: tuple[str, str]  # (name, address)
    language: str
    subject: str
    body: str
    values: Mapping[str, str]
    about: models.Model | None
    key: str


@transaction.atomic
def queue_staff_mails(kind, mails: Iterable[StaffMail], *, reply_to="") -> list[OutgoingMail]:
    """As `queue`, for any number of people in a fixed number of queries.

    A mail whose key was used before is skipped. Returns the mails that were written.
    """
    mails = list(mails)
    mail_kind, institute, bodies = kinds.get(kind), find_institute(), {}
    used = OutgoingMail.objects.filter(key__in=[mail.key for mail in mails])
    used = set(used.values_list("key", flat=True))
    rows = []
    for mail in mails:
        if mail.key in used:
            continue
        used.add(mail.key)
        _check_values(mail_kind, mail.values)
        text = mail.language, mail.body
        if text not in bodies:  # its links lead to the same addresses for everybody
            bodies[text] = expanded(mail.body, mail.language)
        rendered = render(
            subject=mail.subject,
            body=bodies[text],
            values=mail.values,
            language=mail.language,
            institute=institute,
        )
        rows.append(_row(kind, mail, rendered, reply_to))
    return OutgoingMail.objects.bulk_create(rows)


def _row(kind, mail, rendered, reply_to):
    name, address = mail.to
    to = one_line(address)[:ADDRESS_LENGTH]
    return OutgoingMail(
        kind=kind,
        key=mail.key,
        to=to,
        to_name=one_line(name)[:NAME_LENGTH],
        reply_to=one_line(reply_to or "")[:ADDRESS_LENGTH],
        language=mail.language,
        subject=rendered.subject,
        body_text=rendered.text,
        body_html=rendered.html,
        about=mail.about,
        message_id=new_message_id(),
        **_state_for(to),
    )


def wording(kind, language) -> tuple[str, str]:
    """(subject, body) as staff wrote them, else the defaults of the kind."""
    if is_keeping():  # a visitor waits: all texts are looked up together, until one is changed
        found = cached("mail texts", _texts_of_staff).get((kind.key, language))
    else:
        found = _texts_of_staff(kind=kind.key, language=language).get((kind.key, language))
    return found or (kind.subject[language], kind.body[language])


def _texts_of_staff(**wanted):
    rows = MailText.objects.filter(**wanted).values_list("kind", "language", "subject", "body")
    return {(kind, language): (subject, body) for kind, language, subject, body in rows}


def send_test(mail_kind, language, *, to, values) -> OutgoingMail:
    """Queue the saved text for a member of staff, with a subject that says it is a test."""
    subject, body = wording(mail_kind, language)
    return send_test_of(mail_kind, language, subject, body, to=to, values=values)


def send_test_of(mail_kind, language, subject, body, *, to, values) -> OutgoingMail:
    """As `send_test`, with another text than that of the kind."""
    rendered = render(subject=subject, body=body, values=values, language=language)
    with translation.override(language):
        marked = _("[Test] %(subject)s") % {"subject": rendered.subject}
    fields = {
        "kind": mail_kind.key,
        "to": one_line(to)[:ADDRESS_LENGTH],
        "language": language,
        "subject": marked[:SUBJECT_LENGTH],
        "body_text": rendered.text,
        "body_html": rendered.html,
    }
    return _write(fields, None, ())


@transaction.atomic
def send_again(mail, *, to) -> OutgoingMail:
    """Queue a copy for the (corrected) address and return it.

    A copy has a new Message-ID: some mail servers silently drop a second message with an id that
    they know.
    """
    copied = ("kind", "to_name", "reply_to", "language", "subject", "body_text", "body_html")
    fields = {name: getattr(mail, name) for name in copied}
    fields |= {"content_type": mail.content_type, "object_id": mail.object_id}
    attachments = [(a.filename, bytes(a.content), a.mimetype) for a in mail.attachments.all()]
    copy = _write({**fields, "to": one_line(to), "copy_of": mail}, None, attachments)
    mail.events.create(event="requeued")
    return copy


def has_key(key) -> bool:
    """Whether a mail with this key was written before."""
    return OutgoingMail.objects.filter(key=key).exists()


def mails_about(obj):
    """A queryset of the mails about this object, newest first, without their texts."""
    content_type = ContentType.objects.get_for_model(obj)
    mails = OutgoingMail.objects.filter(content_type=content_type, object_id=obj.pk)
    return mails.defer("body_text", "body_html")


def is_delayed_for(obj, *, to=None) -> bool:
    """Whether a mail about this object (to address `to`, if given) is late or was given up."""
    waiting = Q(state__in=[State.QUEUED, State.SENDING], created_at__lt=timezone.now() - PATIENCE)
    given_up = Q(state=State.FAILED, copies=None)
    mails = mails_about(obj).filter(waiting | given_up)
    return (mails.filter(to__iexact=to) if to else mails).exists()


def new_message_id() -> str:
    return f"<{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def _check_values(kind, values):
    if set(values) != set(kind.placeholders):
        names = ", ".join(sorted(set(values) ^ set(kind.placeholders)))
        raise ValueError(f"Mail {kind.key!r} has other placeholders than these values: {names}.")


def _write(fields, key, attachments):
    fields |= {"message_id": new_message_id(), **_state_for(fields["to"])}
    if not key and not attachments:
        return OutgoingMail.objects.create(**fields)  # one row needs no savepoint
    with transaction.atomic():
        if key:
            mail, written = OutgoingMail.objects.get_or_create(key=key, defaults=fields)
        else:
            mail, written = OutgoingMail.objects.create(**fields), True
        if written:
            MailAttachment.objects.bulk_create(
                MailAttachment(
                    mail=mail, filename=one_line(filename)[:200], content=content, mimetype=mimetype
                )
                for filename, content, mimetype in attachments
            )
    return mail


def _state_for(address):
    try:
        validate_email(address)
    except ValidationError:
        return {"state": OutgoingMail.State.FAILED, "last_error": "address not valid"}
    return {"state": OutgoingMail.State.QUEUED}
