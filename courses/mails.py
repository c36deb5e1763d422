"""The mails about a sign-up: filled in and queued. Which there are is in `courses.mail_kinds`."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from core.models import SiteSettings
from courses import calendar, dates, mail_samples
from courses.domain import events, links
from courses.mail_kinds import (
    KINDS,
    PLACEHOLDERS,
    STAFF_CAN_SAY,
    WITH_CALENDAR,
    WRITTEN_BY_STAFF,
    common,
    default_text,
    placeholders_of,
)
from courses.money import format_euros
from mail.kinds import MailKind, register
from mail.outbox import queue


def _register(key, label):
    placeholders = placeholders_of(key)
    texts = {language: default_text(key, language) for language, _name in settings.LANGUAGES}
    register(
        MailKind(
            key=key,
            label=label,
            placeholders=placeholders,
            subject={language: subject for language, (subject, _body) in texts.items()},
            body={language: body for language, (_subject, body) in texts.items()},
            samples={name: mail_samples.DUTCH[name] for name in placeholders},
            real_values=_example,
        )
    )


def _example(language):
    """What a preview shows: a person who does not exist, on the next date that does."""
    values, label = mail_samples.example(language), ""
    locale = Locale.objects.filter(language_code=language).first() or Locale.get_default()
    event = next(iter(events.coming(locale=locale)), None)
    if event:
        label = event.code
        with translation.override(language):
            values = values | facts_of(event)
    return values, label


def facts_of(event):
    """What is the same for everybody, in the active language."""
    settled = SiteSettings.current()
    facts = {
        "course": event.title,
        "code": event.code,
        "days": _lines(event.parts),
        "held_until": dates.moment_in_words(timezone.now() + timedelta(days=settled.hold_days)),
        "institute": settled.institute_name,
        "method": settled.payment_method_name,
    }
    if event.price_cents is not None:
        facts["price"] = format_euros(event.price_cents)
    return facts


for _key, (_label, *_extra) in KINDS.items():
    _register(_key, _label)

register(
    MailKind(
        key=WRITTEN_BY_STAFF,
        label=_("Written by the office: to a course group"),
        placeholders={name: PLACEHOLDERS[name] for name in STAFF_CAN_SAY},
        subject={},
        body={},
        samples={name: mail_samples.DUTCH[name] for name in STAFF_CAN_SAY},
        real_values=_example,
    )
)


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


def values_of(names, sign_up, event, extra):
    values = {name: VALUES[name](sign_up, event) for name in names}
    return values | {
        name: str(value() if callable(value) else value) for name, value in extra.items()
    }


def _course(sign_up, event):
    """As the person knows it; the office reads an English sign-up in Dutch."""
    if event is None or sign_up.language == translation.get_language():
        return sign_up.event_title
    return event.title


def _days(sign_up, event):
    if event is None:
        return sign_up.event_title
    return _lines(event.parts_for(sign_up.kind))


def _lines(parts):
    return "\n".join(part_in_words(part) for part in parts)


def part_in_words(part):
    """A line of `{days}`: “Lesdagen: 18 en 19 maart 2027, De Stokte, Dorpsstraat 1, Dalfsen”."""
    where = ", ".join(filter(None, [part.venue, part.address, part.place]))
    return f"{part.name}: {part.days_in_words}, {where or _('place to be announced')}"


def _price(sign_up, event):
    if sign_up.price_cents is None:
        return str(_("to be told by the office"))
    return format_euros(sign_up.price_cents)


def _held_until(sign_up, event):
    if sign_up.hold_until is None:
        return ""
    return dates.moment_in_words(sign_up.hold_until)


def _office_url(sign_up, event):
    return settings.SITE_URL + reverse("sign_ups:inspect", args=[sign_up.pk])


VALUES = {
    "first_name": lambda sign_up, event: sign_up.first_name,
    "full_name": lambda sign_up, event: sign_up.full_name,
    "course": _course,
    "code": lambda sign_up, event: sign_up.roster.code,
    "days": _days,
    "price": _price,
    "held_until": _held_until,
    "status_url": lambda sign_up, event: links.status_url(sign_up),
    "institute": lambda sign_up, event: SiteSettings.current().institute_name,
    "method": lambda sign_up, event: SiteSettings.current().payment_method_name,
    "state": lambda sign_up, event: sign_up.get_state_display(),
    "office_url": _office_url,
}
