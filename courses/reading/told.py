"""What people were told about the days and places of an event, version by version.

`Roster.told` holds {"versions": [{"since", "parts"}, ...]}, oldest first: a new version is written
when a page is published with other days or places. A person who signs up, moves here or replaces a
colleague reads the newest version. Those who were on the roster already know an older one until
staff tell them (see `courses.domain.changes`); then only the newest is kept.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from courses.models import CourseEventPage, CourseEventPart, Roster, SignUp
from courses.values.days import days_between, days_in_words
from courses.values.part_names import NamedPart


@dataclass(frozen=True)
class ToldPart(NamedPart):
    """One part of an event as it was told to people."""

    key: uuid.UUID
    label: str
    first_day: date
    last_day: date
    starts_at: time | None
    ends_at: time | None
    place: str
    venue: str
    address: str
    open_to_alumni: bool

    @property
    def days(self) -> list[date]:
        return days_between(self.first_day, self.last_day)

    @property
    def days_in_words(self) -> str:
        return days_in_words([(self.first_day, self.last_day)])


@dataclass(frozen=True)
class Version:
    """What people have been told since a moment. `since` (ISO 8601) also identifies the version."""

    since: str
    parts: tuple[ToldPart, ...]

    def parts_for(self, kind: str) -> tuple[ToldPart, ...]:
        """The parts to which a sign-up of this `SignUp.Kind` comes, in order."""
        if kind == SignUp.Kind.ALUMNI:
            return tuple(part for part in self.parts if part.open_to_alumni)
        return self.parts


def versions(roster: Roster) -> list[Version]:
    """The versions, oldest first; the last is what is published now.

    Empty for a roster made before versions were recorded.
    """
    return [
        Version(row["since"], tuple(_from_json(part) for part in row["parts"]))
        for row in roster.told.get("versions", [])
    ]


def known_to(sign_up: SignUp, told: Sequence[Version]) -> Version:
    """The version that was the newest when this person came to this date. `told` is not empty."""
    since = sign_up.knows_since or sign_up.created_at
    earlier = [version for version in told if datetime.fromisoformat(version.since) <= since]
    return earlier[-1] if earlier else told[0]


def known_parts(sign_up: SignUp) -> tuple[ToldPart, ...]:
    """The parts as this person was last told; none when that was never recorded."""
    written = versions(sign_up.roster)
    return known_to(sign_up, written).parts_for(sign_up.kind) if written else ()


def after_publishing(roster: Roster, page: CourseEventPage) -> dict[str, Any]:
    """What to save on a locked roster now that its page is published: {field: value}.

    When days or places have changed, the entries in calendars have to change too. Their sequence is
    raised at once, so that a file fetched before staff tell anybody is already the newer one.
    """
    parts = _parts_of(page)
    written = roster.told.get("versions", [])
    if written and written[-1]["parts"] == parts:
        return {}
    heard = written if roster.sign_ups.exists() else []
    return {
        "told": {"versions": [*heard, _version(parts)]},
        "calendar_sequence": roster.calendar_sequence + (1 if written else 0),
    }


def for_new_roster(page: CourseEventPage) -> dict[str, Any]:
    """`Roster.told` of a new roster: what the page says now."""
    return {"versions": [_version(_parts_of(page))]}


def only_newest(roster: Roster) -> dict[str, Any]:
    """`Roster.told` once everybody knows what is published now."""
    return {"versions": roster.told["versions"][-1:]}


def _version(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"since": timezone.now().isoformat(), "parts": parts}


def _parts_of(page: CourseEventPage) -> list[dict[str, Any]]:
    rows = sorted(page.parts.all(), key=lambda row: (row.first_day, row.sort_order or 0))
    return [_to_json(row) for row in rows]


def _to_json(row: CourseEventPart) -> dict[str, Any]:
    facts = {field.name: getattr(row, field.name) for field in fields(ToldPart)}
    facts["last_day"] = row.last_day or row.first_day
    return asdict(ToldPart(**facts)) | {
        "key": str(row.key),
        "first_day": facts["first_day"].isoformat(),
        "last_day": facts["last_day"].isoformat(),
        "starts_at": row.starts_at and row.starts_at.isoformat(),
        "ends_at": row.ends_at and row.ends_at.isoformat(),
    }


def _from_json(part: dict[str, Any]) -> ToldPart:
    return ToldPart(
        **part
        | {
            "key": uuid.UUID(part["key"]),
            "first_day": date.fromisoformat(part["first_day"]),
            "last_day": date.fromisoformat(part["last_day"]),
            "starts_at": part["starts_at"] and time.fromisoformat(part["starts_at"]),
            "ends_at": part["ends_at"] and time.fromisoformat(part["ends_at"]),
        }
    )
