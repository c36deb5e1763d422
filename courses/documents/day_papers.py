"""Papers for the days of a course: the list to sign, and badges with names.

As in `courses.documents.typesetting`: plain facts become words here, in the language asked for.
"""

from datetime import date

from django.utils import formats, translation
from django.utils.translation import gettext as _

from courses.documents import typesetting

ROWS_LEFT_OPEN = 4  # for who comes without being on the list
LONGEST_NAME = 300  # letters; more does not fit on a badge however small


def attendance_list(facts, language):
    """The list to sign: each day of `days` begins on a sheet of its own."""
    with translation.override(language):
        return typesetting.pdf("attendance-list", _list_words(facts), language)


def badges(facts, language):
    """Badges of 90 by 54 mm, ten on a sheet, for `people` in their order."""
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
