"""Write a mail: the one way in which the rest of the site sends anything."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mail import kinds
from mail.models import MailAttachment, MailText, OutgoingMail
from mail.rendering import SUBJECT_LENGTH, expanded, find_institute, one_line, render

State = OutgoingMail.State
NAME_LENGTH = 200
ADDRESS_LENGTH = 320
PATIENCE = timedelta(minutes=10)  # a mail that is on its way longer is late


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
    """Write the mail in the caller's transaction; the worker sends it after the commit.

    `to` is an address or a pair (name, address). `attachments` are (file name, content, type).
    With a `key` that was used before, nothing is written and the earlier mail is returned.
    An address that cannot work does not raise: staff find the mail among those not sent.
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


@dataclass(frozen=True)
class Letter:
    """A mail to one person whose words somebody of the staff wrote for this occasion."""

    to: tuple[str, str]  # (name, address)
    language: str
    subject: str
    body: str
    values: Mapping[str, str]
    about: models.Model | None
    key: str


@transaction.atomic
def queue_letters(kind, letters: Iterable[Letter], *, reply_to="") -> list[OutgoingMail]:
    """As `queue` for many people at once, in a fixed number of queries however many they are.

    A letter whose key was used before is not written again. Returns the mails that were written.
    """
    letters = list(letters)
    mail_kind, institute, bodies = kinds.get(kind), find_institute(), {}
    used = OutgoingMail.objects.filter(key__in=[letter.key for letter in letters])
    used = set(used.values_list("key", flat=True))
    mails = []
    for letter in letters:
        if letter.key in used:
            continue
        used.add(letter.key)
        _check_values(mail_kind, letter.values)
        text = letter.language, letter.body
        if text not in bodies:  # what the links in it lead to is the same for everybody
            bodies[text] = expanded(letter.body, letter.language)
        rendered = render(
            subject=letter.subject,
            body=bodies[text],
            values=letter.values,
            language=letter.language,
            institute=institute,
        )
        mails.append(_letter(kind, letter, rendered, reply_to))
    return OutgoingMail.objects.bulk_create(mails)


def _letter(kind, letter, rendered, reply_to):
    name, address = letter.to
    to = one_line(address)[:ADDRESS_LENGTH]
    return OutgoingMail(
        kind=kind,
        key=letter.key,
        to=to,
        to_name=one_line(name)[:NAME_LENGTH],
        reply_to=one_line(reply_to or "")[:ADDRESS_LENGTH],
        language=letter.language,
        subject=rendered.subject,
        body_text=rendered.text,
        body_html=rendered.html,
        about=letter.about,
        message_id=new_message_id(),
        **_state_for(to),
    )


def wording(kind, language) -> tuple[str, str]:
    """Subject and body as staff wrote them, or else the default."""
    text = MailText.objects.filter(kind=kind.key, language=language).first()
    return (text.subject, text.body) if text else (kind.subject[language], kind.body[language])


def send_test(mail_kind, language, *, to, values) -> OutgoingMail:
    """Send the text as it is saved to somebody of the staff, marked as a test in its subject."""
    subject, body = wording(mail_kind, language)
    return send_test_of(mail_kind, language, subject, body, to=to, values=values)


def send_test_of(mail_kind, language, subject, body, *, to, values) -> OutgoingMail:
    """The same with words that are not those of the kind."""
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
    """Send a copy to the (corrected) address; a copy, because some mail servers silently drop a
    second message with an id that they have seen."""
    copied = ("kind", "to_name", "reply_to", "language", "subject", "body_text", "body_html")
    fields = {name: getattr(mail, name) for name in copied}
    fields |= {"content_type": mail.content_type, "object_id": mail.object_id}
    attachments = [(a.filename, bytes(a.content), a.mimetype) for a in mail.attachments.all()]
    copy = _write({**fields, "to": one_line(to), "copy_of": mail}, None, attachments)
    mail.events.create(event="requeued")
    return copy


def trail(obj):
    """The mails about this object, newest first, each with its latest state (`outcome_label`)."""
    content_type = ContentType.objects.get_for_model(obj)
    mails = OutgoingMail.objects.filter(content_type=content_type, object_id=obj.pk)
    return mails.defer("body_text", "body_html")


def delayed_for(obj, *, to=None) -> bool:
    """Whether a mail about this object is late or was given up; with `to` only mails to there."""
    waiting = Q(state__in=[State.QUEUED, State.SENDING], created_at__lt=timezone.now() - PATIENCE)
    given_up = Q(state=State.FAILED, copies=None)
    mails = trail(obj).filter(waiting | given_up)
    return (mails.filter(to__iexact=to) if to else mails).exists()


def new_message_id() -> str:
    return f"<{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def _check_values(kind, values):
    if set(values) != set(kind.placeholders):
        names = ", ".join(sorted(set(values) ^ set(kind.placeholders)))
        raise ValueError(f"Mail {kind.key!r} has other placeholders than these values: {names}.")


@transaction.atomic
def _write(fields, key, attachments):
    fields |= {"message_id": new_message_id(), **_state_for(fields["to"])}
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
