"""The mails of a sign-up. Staff edit the texts; here are the defaults and what can be filled in."""

from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from core.models import SiteSettings
from courses.domain import links
from courses.money import format_euros
from mail.kinds import MailKind, register
from mail.outbox import queue

PLACEHOLDERS = {
    "first_name": _("first name"),
    "full_name": _("whole name"),
    "course": _("title of the course date"),
    "code": _("code of the course date"),
    "days": _("days and places, a line for each part"),
    "price": _("price"),
    "held_until": _("until when the place is held"),
    "status_url": _("link to the person's own page"),
    "institute": _("name of the institute"),
}
OFFICE_PLACEHOLDERS = {
    **{name: PLACEHOLDERS[name] for name in ("full_name", "course", "code", "days", "price")},
    "state": _("state of the sign-up"),
    "office_url": _("link to the sign-up in the CMS"),
}
OFFICE = "office_sign_up"
SAMPLES = {
    "first_name": "Noor",
    "full_name": "Noor van der Meer-Öztürk",
    "course": "Driedaagse cursus runningtherapie Dalfsen",
    "code": "RT18032027",
    "days": "18 en 19 maart 2027, Dalfsen\n30 juni 2027, Dalfsen",
    "price": "€ 1.195,-",
    "held_until": "25 maart 2027 om 12.00 uur",
    "status_url": "https://example.org/inschrijving/voorbeeld/",
    "institute": "Runningtherapie.nl",
    "state": "Wacht op betaling",
    "office_url": "https://example.org/admin/",
}


# One file a mail and language in mail_texts/: the subject on the first line, then the text.
KINDS = {
    "received": _("Sign-up: place held, payment follows"),
    "waiting_for_office": _("Sign-up: the office looks at the admission first"),
    "admission_granted": _("Admission: yes"),
    "admission_refused": _("Admission: no"),
    "confirmed": _("Sign-up: place final"),
    "hold_lapsed": _("Sign-up: place released"),
    "cancelled": _("Sign-up: cancelled"),
    "link_again": _("Sign-up: the link once more"),
    "office_sign_up": _("To the office: new sign-up"),
}
TEXTS = Path(__file__).parent / "mail_texts"


def _register(key, label):
    placeholders = OFFICE_PLACEHOLDERS if key == OFFICE else PLACEHOLDERS
    texts = {language: _default_text(key, language) for language, _name in settings.LANGUAGES}
    register(
        MailKind(
            key=key,
            label=label,
            placeholders=placeholders,
            subject={language: subject for language, (subject, _body) in texts.items()},
            body={language: body for language, (_subject, body) in texts.items()},
            samples={name: SAMPLES[name] for name in placeholders},
        )
    )


def _default_text(key, language):
    """(subject, body) as shipped."""
    subject, _gap, body = (TEXTS / f"{key}.{language}.txt").read_text("utf-8").partition("\n\n")
    return subject, body.strip()


for _key, _label in KINDS.items():
    _register(_key, _label)


def send(kind, sign_up, event, *, key=None):
    """Queue a mail to the person, in the caller's transaction and in the person's language."""
    with translation.override(sign_up.language):
        queue(
            kind=kind,
            to=(sign_up.full_name, sign_up.email),
            language=sign_up.language,
            values={name: _value(name, sign_up, event) for name in PLACEHOLDERS},
            about=sign_up,
            key=key,
            reply_to=SiteSettings.current().email,
        )


def notify_office(sign_up, event):
    """Tell the office about a new sign-up."""
    with translation.override(settings.LANGUAGE_CODE):
        queue(
            kind=OFFICE,
            to=SiteSettings.current().office_address,
            language=settings.LANGUAGE_CODE,
            values={name: _value(name, sign_up, event) for name in OFFICE_PLACEHOLDERS},
            about=sign_up,
            reply_to=sign_up.email,
        )


def _value(name, sign_up, event):
    return VALUES[name](sign_up, event)


def _days(sign_up, event):
    if event is None:
        return sign_up.event_title
    return "\n".join(
        f"{part.label}: {part.days_in_words}, {part.place or _('place to be announced')}"
        for part in event.parts_for(sign_up.kind)
    )


def _price(sign_up, event):
    if sign_up.price_cents is None:
        return str(_("to be told by the office"))
    return format_euros(sign_up.price_cents)


def _held_until(sign_up, event):
    if sign_up.hold_until is None:
        return ""
    moment = localtime(sign_up.hold_until)
    return _("%(day)s at %(time)s") % {
        "day": date_format(moment, "DATE_FORMAT"),
        "time": date_format(moment, "TIME_FORMAT"),
    }


def _office_url(sign_up, event):
    return settings.SITE_URL + reverse("sign_ups:inspect", args=[sign_up.pk])


VALUES = {
    "first_name": lambda sign_up, event: sign_up.first_name,
    "full_name": lambda sign_up, event: sign_up.full_name,
    "course": lambda sign_up, event: sign_up.event_title,
    "code": lambda sign_up, event: sign_up.roster.code,
    "days": _days,
    "price": _price,
    "held_until": _held_until,
    "status_url": lambda sign_up, event: links.status_url(sign_up),
    "institute": lambda sign_up, event: SiteSettings.current().institute_name,
    "state": lambda sign_up, event: sign_up.get_state_display(),
    "office_url": _office_url,
}
