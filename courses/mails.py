"""The mails of a sign-up. Staff edit the texts; here are the defaults and what can be filled in."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from core.models import SiteSettings
from courses import calendar, dates, mail_samples
from courses.domain import events, links
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
    "method": _("name of the way of paying"),
}
OFFICE_PLACEHOLDERS = {
    **{name: PLACEHOLDERS[name] for name in ("full_name", "course", "code", "days", "price")},
    "state": _("state of the sign-up"),
    "office_url": _("link to the sign-up in the CMS"),
}
# What only some mails can say. The caller gives the value; one that is a sentence may be empty.
EXTRA = {
    "amount": _("amount of money"),
    "reason": _("why"),
    "paid": _("that the payment is in, as a sentence"),
    "money_back": _("what is paid back, as a sentence"),
    "at": _("date and time"),
    "number": _("number of the invoice"),
    "pay_before": _("until when the invoice can be paid, as a sentence"),
    "pay_url": _("link with which somebody else can pay"),
    "what_changed": _("what has changed, a line for each change"),
    "evaluation": _("the request to fill in the evaluation form, as a sentence"),
    "certificate_url": _("link to the page that confirms the certificate"),
    "offer": _("title of the other date"),
    "offer_days": _("days and places of the other date"),
    "answer_before": _("until when the offer stands"),
}


# One file a mail and language in mail_texts/: the subject on the first line, then the text.
# What the name of a kind begins with says who gets it; after the label what it can say besides.
KINDS = {
    "received": (_("Sign-up: place held, payment follows"),),
    "waiting_for_office": (_("Sign-up: the office looks at the admission first"),),
    "admission_granted": (_("Admission: yes"),),
    "admission_refused": (_("Admission: no"),),
    "pay_reminder": (_("Payment: reminder before the place is released"),),
    "hold_lapsed": (_("Sign-up: place released"),),
    "confirmed": (_("Sign-up: place final"), "paid"),
    "payment_not_placed": (_("Payment: in, but there is no place"), "amount"),
    "refunded": (_("Payment: paid back"), "amount"),
    "buyer_allowed": (_("Employer pays: link to forward"), "pay_url"),
    "buyer_pay_link": (_("Employer pays: to who pays"), "pay_url"),
    "buyer_invoice": (_("Invoice"), "number", "amount", "pay_before"),
    "buyer_credit_note": (_("Credit note"), "number", "amount"),
    "changed": (_("Course: day or venue has changed"), "what_changed"),
    "practical": (_("Course: practical information"),),
    "assignment": (_("Return day: the assignment"),),
    "thank_you": (_("Course: thank you and evaluation"), "evaluation"),
    "certificate": (_("Certificate"), "certificate_url"),
    "cancelled": (_("Sign-up: cancelled"), "money_back"),
    "withdrawn": (_("Sign-up: receipt of a withdrawal"), "at", "money_back"),
    "swap_offer": (_("Other date: offer"), "offer", "offer_days", "answer_before"),
    "swap_lapsed": (_("Other date: offer lapsed"), "offer"),
    "swapped": (_("Other date: moved"),),
    "substitute_new": (_("Substitute: to who comes now"),),
    "substitute_former": (_("Substitute: to who does not come"),),
    "contact_changed": (_("Sign-up: e-mail address changed, to the former one"),),
    "link_again": (_("Sign-up: the link once more"),),
    "office_sign_up": (_("To the office: new sign-up"),),
    "office_change": (_("To the office: a sign-up has changed"), "reason"),
    "office_refund_due": (_("To the office: money has to go back"), "amount", "reason"),
}
WITH_CALENDAR = {"confirmed", "changed", "swapped"}
# Read, or perhaps read, by somebody to whom the person's own page must stay closed.
NOT_FOR_THE_PERSON = {
    "payment_not_placed",
    "refunded",
    "buyer_pay_link",
    "buyer_invoice",
    "buyer_credit_note",
    "substitute_former",
    "contact_changed",
}
TEXTS = Path(__file__).parent / "mail_texts"


def placeholders_of(kind):
    """{name: what it stands for} of what a mail of this kind can say."""
    return {**_common(kind), **{name: EXTRA[name] for name in KINDS[kind][1:]}}


def _common(kind):
    if kind.startswith("office_"):
        return OFFICE_PLACEHOLDERS
    hidden = {"status_url"} if kind in NOT_FOR_THE_PERSON else set()
    return {name: what for name, what in PLACEHOLDERS.items() if name not in hidden}


def _register(key, label):
    placeholders = placeholders_of(key)
    texts = {language: _default_text(key, language) for language, _name in settings.LANGUAGES}
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
            values = values | _facts_of(event)
    return values, label


def _facts_of(event):
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


def _default_text(key, language):
    """(subject, body) as shipped."""
    subject, _gap, body = (TEXTS / f"{key}.{language}.txt").read_text("utf-8").partition("\n\n")
    return subject, body.strip()


for _key, (_label, *_extra) in KINDS.items():
    _register(_key, _label)


def send(kind, sign_up, event, *, key=None, to=None, attachments=(), **extra):
    """Queue a mail to the person, in the caller's transaction and in the person's language.

    `extra` gives what only this kind can say: a text, or a function that makes it in the language
    of the mail. `to` is a pair of name and address for who is not the person. The kinds of
    `WITH_CALENDAR` carry the course days as a calendar file, besides `attachments`.
    """
    language = sign_up.language
    event = _read_in(language, sign_up, event)
    with translation.override(language):
        if event and kind in WITH_CALENDAR:
            attachments = (*attachments, _calendar_file(sign_up, event))
        queue(
            kind=kind,
            to=to or (sign_up.full_name, sign_up.email),
            language=language,
            values=_values(_common(kind), sign_up, event, extra),
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
            values=_values(_common(kind), sign_up, event, extra),
            about=sign_up,
            key=key,
            reply_to=sign_up.email,
        )


def _values(names, sign_up, event, extra):
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
