"""Days or venue have changed: who has to hear of it, in which words, and telling them once.

Publishing mails nobody. Staff see how many people a change touches and then tell them, or say that
it was not worth a mail. Whoever signed up after the change was published has read the new facts.
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
    """The page was published again, or somebody else told them, after the change was looked at."""


@dataclass(frozen=True)
class Change:
    """A part as it was told and as it is now; None where there is no such part."""

    before: told.ToldPart | None
    after: told.ToldPart | None

    def in_words(self) -> list[str]:
        """One line for each thing that is different, in the active language."""
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
    """What one person still has to be told."""

    sign_up: SignUp
    changes: tuple[Change, ...]

    def lines(self) -> list[str]:
        """Each line once, in the order of the course and in the active language."""
        return list(dict.fromkeys(line for part in self.changes for line in part.in_words()))

    def in_words(self) -> str:
        return "\n".join(self.lines())


def between(before: Iterable[ToldPart], after: Iterable[ToldPart]) -> tuple[Change, ...]:
    """The changes of days, hours and places from one tuple of parts to another.

    Nothing about parts that are over: nobody can go there any more.
    """
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


def lines_of(notices: Iterable[Notice]) -> list[tuple[str, int]]:
    """[(line, how many people it is about)], the changes of all in the order of the course."""
    return list(Counter(line for notice in notices for line in notice.lines()).items())


def rosters_to_tell() -> list[Roster]:
    """The rosters on which somebody still has to be told of a change, soonest first."""
    changed = [roster for roster in rosters.coming() if len(told.versions(roster)) > 1]
    prefetch_related_objects(changed, "sign_ups")
    return [roster for roster in changed if pending(roster)]


def version_of(roster: Roster) -> str:
    """The name of what is published now, for `tell` and `let_be`."""
    return told.versions(roster)[-1].since


@transaction.atomic
def tell(roster: Roster, *, version: str) -> int:
    """Mail everybody whom the change touches, once, with a calendar file that corrects theirs.

    Returns how many. Raises StaleChangeError when `version` is not what is published by now.
    """
    roster, notices = _locked(roster, version)
    event = events.of_roster(roster)
    for notice in notices:  # before they count as told: the calendar file looks what they know
        _mail(notice, event, key=f"changed-{roster.pk}-{roster.calendar_sequence}")
    _settle(roster)
    return len(notices)


@transaction.atomic
def let_be(roster: Roster, *, version: str) -> int:
    """It was only a slip of the pen: everybody counts as told, nobody gets a mail."""
    roster, notices = _locked(roster, version)
    _settle(roster)
    return len(notices)


def _locked(roster: Roster, version: str) -> tuple[Roster, list[Notice]]:
    roster = rosters.lock(roster.pk)
    notices = pending(roster)
    if not notices or version_of(roster) != version:
        raise StaleChangeError
    return roster, notices


def _settle(roster: Roster) -> None:
    roster.told = told.all_told(roster)
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
