"""Course days in words, the way the institute writes them: “21 en 22 maart en 5 juni 2027”."""

from datetime import time, timedelta
from itertools import groupby

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

MANY_DAYS = 3  # longer runs of days become “from up to and including”


def days_between(first, last):
    """Every date from `first` to `last`, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def days_in_words(spans, language=None):
    """The days of `spans` (pairs of first and last date) as one phrase.

    A month is named once for each run of days in it; the year once, at the end, and earlier only
    where it changes. In `language`, or else in the active one.
    """
    with translation.override(language or translation.get_language() or "nl"):
        days = sorted({day for first, last in spans for day in days_between(first, last)})
        groups = [list(group) for _key, group in groupby(days, key=lambda d: (d.year, d.month))]
        phrases = []
        for number, group in enumerate(groups):
            following = groups[number + 1] if number + 1 < len(groups) else None
            phrase = f"{_day_numbers(group)} {formats.date_format(group[0], 'F')}"
            if following is None or following[0].year != group[0].year:
                phrase += f" {group[0].year}"
            phrases.append(phrase)
        return join_words(phrases)


def weekdays_in_words(first, last):
    """The weekdays from the first to the last day, each once: “donderdag en vrijdag”."""
    names = [formats.date_format(day, "l") for day in days_between(first, last)]
    return join_words(list(dict.fromkeys(names)))


def _day_numbers(days):
    numbers = [str(day.day) for day in days]
    unbroken = (days[-1] - days[0]).days == len(days) - 1
    if unbroken and len(days) > MANY_DAYS:
        return _("%(first)s to %(last)s") % {"first": numbers[0], "last": numbers[-1]}
    return join_words(numbers)


def join_words(words):
    """“a, b en c”, in the active language."""
    if len(words) < 2:
        return "".join(words)
    return _("%(list)s and %(last)s") % {"list": ", ".join(words[:-1]), "last": words[-1]}


def moment_in_words(moment, day_format="DATE_FORMAT"):
    """“17 januari 2027 om 12:00 uur”, in Dutch time and the active language.

    Midnight is “het einde van 16 januari 2027”: the first minute of the 17th would promise a day
    that is not there.
    """
    moment = timezone.localtime(moment)
    if moment.time() == time.min:
        day = formats.date_format(moment - timedelta(days=1), day_format)
        return _("the end of %(day)s") % {"day": day}
    return _("%(day)s at %(time)s") % {
        "day": formats.date_format(moment, day_format),
        "time": formats.date_format(moment, "TIME_FORMAT"),
    }
