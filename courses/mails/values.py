"""The values of placeholders: what a mail says about the person, the date and the money."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext_lazy as _

from core.models import SiteSettings
from core.words import without_addresses
from courses.models import SignUp
from courses.reading import accreditations, links, withdrawal
from courses.values.days import moment_in_words
from courses.values.money import format_euros
from courses.values.places import at_place


def values_of(names, sign_up, event, extra):
    """{placeholder: text} in the active language: those in `names`, and `extra` itself.

    A value of `extra` may be a function without arguments.
    """
    values = {name: VALUES[name](sign_up, event) for name in names}
    return values | {
        name: str(value() if callable(value) else value) for name, value in extra.items()
    }


def _course(sign_up, event):
    """The title that the person knows; the office reads an English sign-up in Dutch."""
    if event is None or sign_up.language == translation.get_language():
        return sign_up.event_title
    return event.title


def course_in_a_sentence(event, kind=SignUp.Kind.COURSE):
    """“de driedaagse cursus runningtherapie in Dalfsen”, and its return day for alumni."""
    words = event.course.in_a_sentence or _("the course “%(title)s”") % {
        "title": event.course.title
    }
    parts = event.parts_for(kind)
    if kind == SignUp.Kind.ALUMNI:
        words = _("the return day of %(course)s") % {"course": words}
    if parts and parts[0].place:
        return f"{words} {at_place(parts[0].place)}"
    return str(words)


def first_day_and_town(event, kind=SignUp.Kind.COURSE):
    """“18 maart 2027, Dalfsen”; the town is left out as long as it is not known."""
    parts = event.parts_for(kind)
    if not parts:
        return event.title
    day = formats.date_format(parts[0].first_day, "j F Y")
    return ", ".join(filter(None, [day, parts[0].place]))


def _the_course(sign_up, event):
    if event is None:
        return _("the course “%(title)s”") % {"title": sign_up.event_title}
    return course_in_a_sentence(event, sign_up.kind)


def _starts(sign_up, event):
    return sign_up.event_title if event is None else first_day_and_town(event, sign_up.kind)


def _facts(sign_up, event):
    lines = [_fact(_("Course"), _course(sign_up, event))]
    if event is not None:
        lines.append(days_of(sign_up, event))
    return "\n".join(
        [
            *lines,
            _fact(_("Price"), price_in_words(sign_up.price_cents)),
            _fact(_("Code"), sign_up.roster.code),
        ]
    )


def _fact(label, value):
    return f"{label}: {value}"


def price_in_words(cents):
    """“€ 1.195,- inclusief 21% btw”, or that the office tells it."""
    if cents is None:
        return str(_("to be told by the office"))
    if cents == 0:
        return format_euros(cents)
    return f"{format_euros(cents)}, {SiteSettings.current().vat_in_words}"


def of_offer(roster, event):
    """The values that say which date is offered; `event` is None once its page is deleted."""
    if event is None:
        return {"offer": roster.title, "offer_starts": roster.title}
    return {
        "offer": lambda: course_in_a_sentence(event),
        "offer_starts": lambda: first_day_and_town(event),
    }


def days_of(sign_up, event):
    """The days and places to which this person comes, a line for each part."""
    if event is None:
        return sign_up.event_title
    return _lines(event.parts_for(sign_up.kind))


def _lines(parts):
    return "\n".join(part_in_words(part) for part in parts)


def part_in_words(part):
    """“Lesdagen: 18 en 19 maart 2027, De Stokte, Dorpsstraat 1, Dalfsen”, a line of `{days}`."""
    where = ", ".join(filter(None, [part.venue, part.address, part.place]))
    where = where or _("place to be announced")
    return f"{part.name}: {part.days_in_words}, {where}"


def _price(sign_up, event):
    if sign_up.price_cents is None:
        return str(_("to be told by the office"))
    return format_euros(sign_up.price_cents)


def _held_until(sign_up, event):
    if sign_up.hold_until is None:
        return ""
    return moment_in_words(sign_up.hold_until)


def _office_url(sign_up, event):
    return settings.SITE_URL + reverse("sign_ups:inspect", args=[sign_up.pk])


def _accreditation(sign_up, event):
    if event is None or sign_up.kind != SignUp.Kind.COURSE:
        return ""
    lines = [f"{one.register}: {one.says}" for one in accreditations.of_event(event)]
    return "\n".join([str(_("Accreditation:")), *lines]) if lines else ""


def _rights(sign_up, event):
    said = []
    form = event.sign_up_pages.get(sign_up.kind) if event else None
    terms = form.terms_page.localized if form and form.terms_page else None
    if terms and terms.live and sign_up.terms_version:
        agreed = _("You agreed to our terms (%(version)s):") % {"version": sign_up.terms_version}
        said += [agreed, settings.SITE_URL + terms.url]
    if day := withdrawal.last_day(sign_up):
        until = _(
            "Up to and including %(day)s you can withdraw without a reason, on your own page."
        )
        said.append(until % {"day": formats.date_format(day, "j F Y")})
    return "\n".join(said)


VALUES = {
    "first_name": lambda sign_up, event: without_addresses(sign_up.first_name),
    "full_name": lambda sign_up, event: without_addresses(sign_up.full_name),
    "course": _course,
    "the_course": lambda sign_up, event: str(_the_course(sign_up, event)),
    "starts": _starts,
    "code": lambda sign_up, event: sign_up.roster.code,
    "facts": _facts,
    "days": days_of,
    "price": _price,
    "held_until": _held_until,
    "status_url": lambda sign_up, event: links.status_url(sign_up),
    "institute": lambda sign_up, event: SiteSettings.current().institute_name,
    "method": lambda sign_up, event: SiteSettings.current().payment_method_name,
    "state": lambda sign_up, event: sign_up.get_state_display(),
    "office_url": _office_url,
    "accreditation": _accreditation,
    "rights": _rights,
}


def event_values(event):
    """{placeholder: text} of those that are the same for everybody, in the active language."""
    settled = SiteSettings.current()
    facts = {
        "course": event.title,
        "the_course": course_in_a_sentence(event),
        "starts": first_day_and_town(event),
        "code": event.code,
        "facts": "\n".join(
            [
                _fact(_("Course"), event.title),
                _lines(event.parts),
                _fact(_("Price"), price_in_words(event.price_cents)),
                _fact(_("Code"), event.code),
            ]
        ),
        "days": _lines(event.parts),
        "held_until": moment_in_words(timezone.now() + timedelta(days=settled.hold_days)),
        "institute": settled.institute_name,
        "method": settled.payment_method_name,
    }
    if event.price_cents is not None:
        facts["price"] = format_euros(event.price_cents)
    return facts
