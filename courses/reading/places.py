"""Where the parts of a date are, and how one gets there."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from wagtail.models import Locale

from courses.models import CoursePlace
from courses.reading.event import Event, Part

ROUTE_PLANNER = "https://www.openstreetmap.org/directions"


@dataclass(frozen=True)
class Destination:
    """A venue, or a town as long as the venue is not known.

    `labels` name the parts that are there; `info` is None where staff have written nothing.
    """

    labels: tuple[str, ...]
    town: str
    venue: str
    address: str
    info: CoursePlace | None

    @property
    def route_url(self) -> str:
        """The address of a route planner that leads there."""
        where = ", ".join(filter(None, [self.address or self.venue, self.town]))
        return f"{ROUTE_PLANNER}?{urlencode({'to': where})}"

    @property
    def is_known(self) -> bool:
        """Whether there is more to say than the name of the town."""
        return bool(self.venue or self.address or self.info)


def of_event(event: Event, parts: Iterable[Part] | None = None) -> list[Destination]:
    """The destinations of an event, or of these parts of it, in order, in one query."""
    parts = [part for part in (event.parts if parts is None else parts) if part.place]
    infos = _infos({part.place for part in parts}, event.page.locale)
    labels: dict[tuple[str, str, str], list[str]] = {}
    for part in parts:
        labels.setdefault((part.place, part.venue, part.address), []).append(part.name)
    found = [
        Destination(tuple(names), town, venue, address, infos.get(town))
        for (town, venue, address), names in labels.items()
    ]
    return [destination for destination in found if destination.is_known]


def _infos(towns: set[str], locale: Locale) -> dict[str, CoursePlace]:
    """{town: what staff wrote of it}, in the source language where there is no translation."""
    if not towns:
        return {}
    locales = {locale.pk, Locale.get_default().pk}
    rows = CoursePlace.objects.filter(town__in=towns, page__live=True, locale__in=locales)
    ordered = sorted(rows.select_related("locale"), key=lambda row: row.locale_id == locale.pk)
    return {row.town: row for row in ordered if any(getattr(row, name) for name in row.FACTS)}
