"""The mails about a sign-up: filled in and queued. Which there are is in `courses.mails.kinds`."""

from django.conf import settings
from django.utils import translation

from core.models import SiteSettings
from courses.documents import calendar
from courses.mails.kinds import WITH_CALENDAR, common
from courses.mails.values import values_of
from courses.reading import events
from mail.outbox import queue


def send(kind, sign_up, event, *, key=None, to=None, attachments=(), **extra):
    """Queue a mail to the person, in the caller's transaction and in the person's language.

    `extra` gives what only this kind can say: a text, or a function that makes it in the language
    of the mail. `to` is a pair of name and address for who is not the person. The kinds of
    `WITH_CALENDAR` carry the course days as a calendar file, besides `attachments`. Nobody is left
    to write to where the person was forgotten.
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
            values=values_of(common(kind), sign_up, event, extra),
            about=sign_up,
            key=key,
            reply_to=SiteSettings.current().email,
            attachments=attachments,
        )


def _read_in(language, sign_up, event):
    """The event as readers of this language see it, where its page has been translated."""
    if event is None or event.page.locale.language_code == language:
        return event
    return events.for_reader(sign_up.roster, language)


def _calendar_file(sign_up, event):
    content = calendar.for_sign_up(sign_up, event)
    return f"{event.code}.ics", content, "text/calendar; method=PUBLISH"


def payer(sign_up):
    """(name, address) of who pays: the buyer where one was given, else the person."""
    buyer = getattr(sign_up, "buyer", None)
    if buyer is None or not buyer.email:
        return (sign_up.full_name, sign_up.email)
    return (buyer.organisation or sign_up.full_name, buyer.email)


def notify_office(sign_up, event, kind="office_sign_up", *, key=None, **extra):
    """Tell the office, in Dutch."""
    event = _read_in(settings.LANGUAGE_CODE, sign_up, event)
    with translation.override(settings.LANGUAGE_CODE):
        queue(
            kind=kind,
            to=SiteSettings.current().office_address,
            language=settings.LANGUAGE_CODE,
            values=values_of(common(kind), sign_up, event, extra),
            about=sign_up,
            key=key,
            reply_to=sign_up.email,
        )
