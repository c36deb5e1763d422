"""Mails that staff write to the participants of a course date: drafts, recipients, sending.

Each person gets a mail of their own with their own values. The recipients are looked up when the
message is sent; it is refused when they, or the words, are not those that staff were shown.
"""

import hashlib
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from wagtail.models import Locale

from core.models import SiteSettings, User
from courses.domain import rosters
from courses.mails.kinds import STAFF_CAN_SAY, WRITTEN_BY_STAFF
from courses.mails.values import values_of
from courses.models import Change, Roster, RosterMessage, SignUp
from courses.reading import events
from courses.reading.event import Event
from mail.models import OutgoingMail
from mail.outbox import StaffMail, queue_staff_mails

HISTORY_NOTE = "mail to the course group"


class AlreadySentError(Exception):
    """The message was sent before. Nothing was changed."""


class StaleAudienceError(Exception):
    """It would reach people, or in words, that staff were not shown. Nothing was sent."""


@dataclass(frozen=True)
class Recipient:
    """One recipient of a message, and its words in the language in which that person gets it."""

    sign_up: SignUp
    language: str
    subject: str
    body: str

    @property
    def mark(self) -> str:
        """Identifies person and words: it changes when either does."""
        about = (self.sign_up.full_name, self.sign_up.email, self.subject, self.body)
        digest = hashlib.sha256("\0".join(about).encode("utf-8", "replace")).hexdigest()
        return f"{self.sign_up.pk}-{digest[:16]}"


@dataclass(frozen=True)
class Sent:
    """The number of people who were mailed, and the names of those who were shown but left out."""

    number: int
    left_out: tuple[str, ...]


@transaction.atomic
def save_draft(
    roster: Roster, *, draft_key: uuid.UUID, seen: str, by: User, **words: Any
) -> tuple[RosterMessage, bool]:
    """Save what staff typed. Returns (message, whether it became a draft of its own).

    `seen` is `version_of` the draft with which they began, empty for a new one. If the draft was
    sent or changed by somebody else meanwhile, theirs stays and this becomes a draft of its own; if
    it was discarded, it is created again. `words` are the fields of the message.
    """
    rosters.lock(roster.pk)  # as long as there is no draft, there is nothing else to lock
    found = RosterMessage.objects.select_for_update().filter(draft_key=draft_key).first()
    if found and all(getattr(found, name) == value for name, value in words.items()):
        return found, False  # a double click
    changed = found and (found.sent_at or (seen and seen != version_of(found)))
    if changed or (found and found.roster_id != roster.pk):
        found, draft_key = None, uuid.uuid4()
    message = found or RosterMessage(roster=roster, draft_key=draft_key)
    message.by = by
    for name, value in words.items():
        setattr(message, name, value)
    message.save()
    return message, bool(changed)


def version_of(message: RosterMessage) -> str:
    """Identifies what is saved of the draft; it changes whenever that is saved."""
    return message.updated_at.isoformat() if message.updated_at else ""


@transaction.atomic
def discard(message: RosterMessage) -> None:
    """Delete a draft. Raises AlreadySentError, for a message that was sent stays on record."""
    message = RosterMessage.objects.select_for_update().get(pk=message.pk)
    if message.sent_at:
        raise AlreadySentError
    message.delete()


def recipients(message: RosterMessage) -> list[Recipient]:
    """The people whom the message would reach now, by last name; only live sign-ups."""
    states = set(message.states) & set(SignUp.LIVE)
    people = message.roster.sign_ups.filter(state__in=states, forgotten_at=None)
    if message.people is not None:
        people = people.filter(pk__in=message.people)
    return [
        Recipient(sign_up, *_words_for(message, sign_up.language))
        for sign_up in people.order_by("name_key", "pk")
    ]


def _words_for(message: RosterMessage, language: str) -> tuple[str, str, str]:
    """(language, subject, body): Dutch where there are no words in the person's language."""
    if language == "en" and message.subject_en and message.body_en:
        return "en", message.subject_en, message.body_en
    return settings.LANGUAGE_CODE, message.subject, message.body


def left_out(message: RosterMessage) -> list[SignUp]:
    """The sign-ups that staff selected but the message no longer reaches, by last name."""
    if message.people is None:
        return []
    chosen = SignUp.objects.filter(pk__in=message.people)
    reached = [found.sign_up.pk for found in recipients(message)]
    return list(chosen.exclude(pk__in=reached).order_by("name_key", "pk"))


def compose(message: RosterMessage, found: Sequence[Recipient]) -> list[StaffMail]:
    """The mail to each of these recipients, not queued yet, in a fixed number of queries."""
    spoken = {recipient.language for recipient in found}
    shown = {language: event_for(message.roster, language) for language in spoken}
    institute = SiteSettings.current().institute_name
    return [
        _staff_mail(message, recipient, shown[recipient.language], institute) for recipient in found
    ]


def event_for(roster: Roster, language: str) -> Event | None:
    """The event of a roster in this language; None once its page is deleted."""
    if language == Locale.get_default().language_code:
        return events.of_roster(roster)
    return events.for_reader(roster, language)


def _staff_mail(
    message: RosterMessage, recipient: Recipient, event: Event | None, institute: str
) -> StaffMail:
    sign_up = recipient.sign_up
    names = [name for name in STAFF_CAN_SAY if name != "institute"]
    with translation.override(recipient.language):
        values = values_of(names, sign_up, event, {"institute": institute})
    return StaffMail(
        to=(sign_up.full_name, sign_up.email),
        language=recipient.language,
        subject=recipient.subject,
        body=recipient.body,
        values=values,
        about=sign_up,
        key=_key(message, sign_up.pk),
    )


@transaction.atomic
def send(message: RosterMessage, *, by: User, expected: Collection[str]) -> Sent:
    """Mail everybody whom the message reaches, once.

    `expected` holds the marks of the recipients that staff were shown. Sign-ups that ended since
    are left out. Raises AlreadySentError, and StaleAudienceError when it reaches nobody or others.
    """
    roster = rosters.lock(message.roster_id)
    message = RosterMessage.objects.select_for_update().get(pk=message.pk)
    if message.sent_at:
        raise AlreadySentError
    message.roster = roster
    found = recipients(message)
    if not found or not {recipient.mark for recipient in found} <= set(expected):
        raise StaleAudienceError
    now = timezone.now()
    queue_staff_mails(
        WRITTEN_BY_STAFF, compose(message, found), reply_to=SiteSettings.current().email
    )
    Change.objects.bulk_create(
        Change(sign_up=row.sign_up, state=row.sign_up.state, at=now, by=by, note=HISTORY_NOTE)
        for row in found
    )
    message.sent_at, message.sent_by = now, by
    message.sent_to = [recipient.sign_up.pk for recipient in found]
    message.save(update_fields=["sent_at", "sent_by", "sent_to"])
    return Sent(len(found), _names_of_others(expected, message.sent_to))


def _names_of_others(expected: Iterable[str], sent_to: Iterable[int]) -> tuple[str, ...]:
    shown = {int(mark.split("-")[0]) for mark in expected}
    others = SignUp.objects.filter(pk__in=shown - set(sent_to)).order_by("name_key", "pk")
    return tuple(sign_up.full_name for sign_up in others)


def sent_mails(messages: Iterable[RosterMessage]) -> dict[int, list[OutgoingMail]]:
    """{message id: the mails of that message, in order}, with their copies prefetched."""
    keys = {_key(row, pk): row.pk for row in messages for pk in row.sent_to}
    found = OutgoingMail.objects.filter(key__in=list(keys)).defer("body_text", "body_html")
    written: dict[int, list[OutgoingMail]] = {row.pk: [] for row in messages}
    for mail in found.prefetch_related("copies").order_by("pk"):
        written[keys[mail.key or ""]].append(mail)
    return written


def _key(message: RosterMessage, sign_up_id: int) -> str:
    return f"roster-message-{message.pk}-{sign_up_id}"
