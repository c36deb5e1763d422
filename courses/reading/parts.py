"""The parts of course dates, as they are written on their pages."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from courses.models import CourseEventPage
from courses.reading.event import Part


def by_page(pages: Iterable[CourseEventPage]) -> dict[int, tuple[Part, ...]]:
    """{page id: its parts in order}; of a draft that is previewed, the rows in memory."""
    prefetch_related_objects([page for page in pages if not _is_draft(page)], "parts")
    result = {}
    for page in pages:
        rows = sorted(page.parts.all(), key=lambda row: (row.first_day, row.sort_order or 0))
        result[page.pk] = tuple(
            Part(
                key=row.key,
                number=number,
                label=row.label,
                first_day=row.first_day,
                last_day=row.last_day or row.first_day,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                place=row.place,
                venue=row.venue,
                address=row.address,
                open_to_alumni=row.open_to_alumni,
                free=0,
            )
            for number, row in enumerate(rows, start=1)
        )
    return result


def _is_draft(page: CourseEventPage) -> bool:
    return "parts" in getattr(page, "_cluster_related_objects", {})
