"""Fills in and queues the mails about a sign-up. Their kinds are in `courses.mails.kinds`."""

from django.conf import settings
from django.utils import translation

from core.models import SiteSettings
from courses.documents import calendar
from courses.mails.kinds import WITH_CALENDAR, filled_in
from courses.mails.values import values_of
from courses.reading import events
from mail.outbox import queue


def send(kind, sign_up, event, *, key=None, to=None, attachments=(), **extra):
    """Queue a mail to the person, in the caller's transaction and in the person's language.

    `to` is a pair (name, address) for another recipient than the person. With a `key` that was used
    before, nothing is queued. `extra` holds the placeholders of this kind only: each a text, or a
    function that makes it in the language of the mail. Kinds in `WITH_CALENDAR` carry the course
    days as a calendar file besides `attachments` (file name, bytes, MIME type). Nothing is sent to
    a person whose data were removed.
    """
    to = to or (sign_up.full_name, sign_up.email)
    if sign_up.forgotten_at and not to[1]:
        return
    language = sign_up.language
    event = _read_in(language, sign_up, event)
    with translation.override(language):
        if event and kind in WITH_CALENDAR:
            attachments = (*attachments, _calendar_file(sign_up, event))
        queue(
            kind=kind,
            to=to,
            language=language,
            values=values_of(filled_in(kind), sign_up, event, extra),
            about=sign_up,
            key=key,
            reply_to=SiteSettings.current().email,
            attachments=attachments,
        )


def _read_in(language, sign_up, event):
    """The event in this language, as far as its page has been translated."""
    if event is None or event.page.locale.language_code == language:
        return event
    return events.for_reader(sign_up.roster, language)


def _calendar_file(sign_up, event):
    content = calendar.for_sign_up(sign_up, event)
    return f"{event.code}.ics", content, "text/calendar; method=PUBLISH"


def payer(sign_up):
    """(name, address) of the buyer if the buyer has an address, or else of the person."""
    buyer = getattr(sign_up, "buyer", None)
    if buyer is None or not buyer.email:
        return (sign_up.full_name, sign_up.email)
    return (buyer.organisation or sign_up.full_name, buyer.email)


def notify_office(sign_up, event, kind="office_sign_up", *, key=None, **extra):
    """Queue a mail to the office about this sign-up, in Dutch and in the caller's transaction.

    `key` and `extra` are those of `send`. A reply goes to the person.
    """
    event = _read_in(settings.LANGUAGE_CODE, sign_up, event)
    with translation.override(settings.LANGUAGE_CODE):
        queue(
            kind=kind,
            to=SiteSettings.current().office_address,
            language=settings.LANGUAGE_CODE,
            values=values_of(filled_in(kind), sign_up, event, extra),
            about=sign_up,
            key=key,
            reply_to=sign_up.email,
        )
