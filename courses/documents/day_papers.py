"""Documents for the days of a course, as PDF: the attendance list to sign, and name badges."""

from datetime import date

from django.utils import formats, translation
from django.utils.translation import gettext as _

from courses.documents import typesetting

ROWS_LEFT_OPEN = 4  # for people who come without being on the list
LONGEST_NAME = 300  # characters; more does not fit on a badge in any size


def attendance_list(facts, language):
    """The bytes of the list to sign. Each day of `facts["days"]` begins on a new sheet."""
    with translation.override(language):
        return typesetting.pdf("attendance-list", _list_words(facts), language)


def badges(facts, language):
    """The bytes of badges of 90 by 54 mm, ten on a sheet, for `facts["people"]` in their order."""
    with translation.override(language):
        return typesetting.pdf("badges", _badge_words(facts), language)


def _list_words(facts):
    title = _("Attendance list: %(course)s, %(code)s") % facts
    return {
        "title": title,
        "author": facts["institute"],
        "brand": facts["institute"],
        "heading": _("Attendance list"),
        "course": facts["course"],
        "code": facts["code"],
        "days": [_day_words(day, facts) for day in facts["days"]],
        "open_rows": ROWS_LEFT_OPEN,
        "footer": _("Personal data: please hand this list in at the office."),
        "words": {
            "number": _("No."),
            "name": _("Name"),
            "organisation": _("Organisation"),
            "signature": _("Signature"),
            "nobody": _("Nobody is expected on this day. There is room for who comes."),
        },
    }


def _day_words(day, facts):
    when = formats.date_format(date.fromisoformat(day["day"]), "l j F Y")
    pairs = (
        (_("Part"), day["part"]),
        (_("Time"), _times(day)),
        (_("Place"), day["place"]),
        (_("Venue"), ", ".join(filter(None, [day["venue"], day["address"]]))),
        (_("Teachers"), ", ".join(facts["teachers"])),
        (_("Participants"), str(len(day["people"]))),
    )
    return {
        "heading": when[:1].upper() + when[1:],
        "when": when,
        "facts": [[label, value] for label, value in pairs if value],
        "people": day["people"],
        "has_organisations": any(person["organisation"] for person in day["people"]),
    }


def _times(day):
    if not day["starts_at"]:
        return ""
    if not day["ends_at"]:
        return _("from %(start)s") % {"start": day["starts_at"]}
    return _("%(start)s to %(end)s") % {"start": day["starts_at"], "end": day["ends_at"]}


def _badge_words(facts):
    return {
        "title": _("Badges: %(course)s, %(code)s") % facts,
        "author": facts["institute"],
        "brand": facts["institute"],
        "people": [
            {name: _shortened(value) for name, value in person.items()}
            for person in facts["people"]
        ],
    }


def _shortened(name):
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
