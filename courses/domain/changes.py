"""Changes of days or venue: whom they affect, how they read, and telling those people once.

Publishing a page mails nobody. Staff see how many people a change affects and then tell them, or
dismiss it as not worth a mail. People who signed up after the publication have read the new facts.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from courses import mails
from courses.domain import rosters
from courses.models import Roster, SignUp
from courses.reading import events, told
from courses.reading.event import Event
from courses.reading.told import ToldPart


class StaleChangeError(Exception):
    """The page was published again, or people were told, since the change was shown."""


@dataclass(frozen=True)
class Change:
    """A part as it was told (`before`) and as it is now (`after`); None where it does not exist."""

    before: told.ToldPart | None
    after: told.ToldPart | None

    def in_words(self) -> list[str]:
        """One line for each difference, in the active language."""
        before, after = self.before, self.after
        if after is None:
            return [_("%(part)s on %(days)s is no more") % _words(before)] if before else []
        if before is None:
            return [_("%(part)s is new: %(days)s") % _words(after)]
        lines = []
        if _days(before) != _days(after):
            former = before.days_in_words
            lines.append(_("%(part)s: from %(former)s to %(days)s") % _words(after, former=former))
        if _hours(before) != _hours(after):
            lines.append(_hours_in_words(after))
        if _where(before) != _where(after):
            lines.append(_where_in_words(after))
        return lines


@dataclass(frozen=True)
class Notice:
    """The changes that one person still has to be told."""

    sign_up: SignUp
    changes: tuple[Change, ...]

    def lines(self) -> list[str]:
        """The lines of all changes, each once, in the order of the course."""
        return list(dict.fromkeys(line for part in self.changes for line in part.in_words()))

    def in_words(self) -> str:
        return "\n".join(self.lines())


def between(before: Iterable[ToldPart], after: Iterable[ToldPart]) -> tuple[Change, ...]:
    """What changed in days, hours and places between these parts, except in parts that are over."""
    former = {part.key: part for part in before}
    changes = [Change(former.pop(part.key, None), part) for part in after]
    changes += [Change(part, None) for part in former.values()]
    today = timezone.localdate()
    return tuple(change for change in changes if _matters(change, today))


def pending(roster: Roster) -> list[Notice]:
    """A Notice for each live sign-up that knows other facts than those published, oldest first."""
    versions = told.versions(roster)
    if len(versions) < 2:
        return []
    notices = []
    live = [sign_up for sign_up in roster.sign_ups.all() if sign_up.is_live]
    for sign_up in sorted(live, key=lambda sign_up: (sign_up.created_at, sign_up.pk)):
        known = told.known_to(sign_up, versions).parts_for(sign_up.kind)
        changes = between(known, versions[-1].parts_for(sign_up.kind))
        if changes:
            notices.append(Notice(sign_up, changes))
    return notices


def count_lines(notices: Iterable[Notice]) -> list[tuple[str, int]]:
    """[(line, number of people whom it concerns)], in the order of the course."""
    return list(Counter(line for notice in notices for line in notice.lines()).items())


def rosters_to_tell() -> list[Roster]:
    """The coming rosters with people who have not been told of a change, soonest first."""
    changed = [roster for roster in rosters.coming() if len(told.versions(roster)) > 1]
    prefetch_related_objects(changed, "sign_ups")
    return [roster for roster in changed if pending(roster)]


def version_of(roster: Roster) -> str:
    """Identifies what is published now, for `tell_everybody` and `dismiss`."""
    return told.versions(roster)[-1].since


@transaction.atomic
def tell_everybody(roster: Roster, *, version: str) -> int:
    """Mail everybody whom the change concerns, once, with a calendar file that corrects theirs.

    Returns the number of people. Raises StaleChangeError when `version` is not the published one.
    """
    roster, notices = _locked(roster, version)
    event = events.of_roster(roster)
    for notice in notices:  # first of all, for the calendar file depends on what they know
        _mail(notice, event, key=f"changed-{roster.pk}-{roster.calendar_sequence}")
    _count_as_told(roster)
    return len(notices)


@transaction.atomic
def dismiss(roster: Roster, *, version: str) -> int:
    """Count everybody as told without a mail, as for a corrected typing error.

    Returns the number of people. Raises StaleChangeError when `version` is not the published one.
    """
    roster, notices = _locked(roster, version)
    _count_as_told(roster)
    return len(notices)


def _locked(roster: Roster, version: str) -> tuple[Roster, list[Notice]]:
    roster = rosters.lock(roster.pk)
    notices = pending(roster)
    if not notices or version_of(roster) != version:
        raise StaleChangeError
    return roster, notices


def _count_as_told(roster: Roster) -> None:
    roster.told = told.only_newest(roster)
    roster.save(update_fields=["told"])


def _mail(notice: Notice, event: Event | None, *, key: str) -> None:
    sign_up = notice.sign_up
    mails.send(
        "changed",
        sign_up,
        event,
        key=f"{key}-{sign_up.pk}",
        what_changed=notice.in_words,
    )


def _matters(change: Change, today: date) -> bool:
    parts = [part for part in (change.before, change.after) if part]
    return max(part.last_day for part in parts) >= today and bool(change.in_words())


def _words(part: ToldPart, **more: str) -> dict[str, str]:
    return {"part": part.name, "days": part.days_in_words, **more}


def _days(part: ToldPart) -> tuple[date, date]:
    return part.first_day, part.last_day


def _hours(part: ToldPart) -> tuple[time | None, time | None]:
    return part.starts_at, part.ends_at


def _where(part: ToldPart) -> tuple[str, str, str]:
    return part.place, part.venue, part.address


def _hours_in_words(part: ToldPart) -> str:
    if part.starts_at is None:
        return _("%(part)s: the hours are to be announced") % _words(part)
    start = time_format(part.starts_at)
    if part.ends_at is None:
        return _("%(part)s: now from %(start)s") % _words(part, start=start)
    return _("%(part)s: now from %(start)s to %(end)s") % _words(
        part, start=start, end=time_format(part.ends_at)
    )


def _where_in_words(part: ToldPart) -> str:
    if not part.place and not part.venue:
        return _("%(part)s: the place is to be announced") % _words(part)
    if not part.venue:
        return _("%(part)s: the place is now %(place)s, the exact venue is to be announced") % (
            _words(part, place=part.place)
        )
    where = ", ".join(filter(None, [part.venue, part.address, part.place]))
    return _("%(part)s: the venue is now %(where)s") % _words(part, where=where)
