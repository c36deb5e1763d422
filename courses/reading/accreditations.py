"""What the accreditations of the institute mean for a course, and for the days of one date."""

from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from wagtail.models import Locale

from core.once import cached
from courses.models import Accreditation
from courses.reading.event import Event


@dataclass(frozen=True)
class Standing:
    """One register. `is_sure` when its number and term are known, and the term holds on the days.

    `says` tells readers so, in the active language.
    """

    register: str
    is_sure: bool
    says: str
    url: str


def of_event(event: Event) -> list[Standing]:
    """The registers of one date, without those whose term does not hold on all of its days."""
    days = [day for part in event.parts for day in part.days]
    return [
        _standing(row, _("valid on all days of this course"))
        for row in _rows(event.page.locale)
        if _holds_on(row, days)
    ]


def of_course(locale: Locale) -> list[Standing]:
    """The registers whose term is not over."""
    return [_standing(row, _until(row)) for row in _rows(locale) if not row.has_expired]


def _rows(locale: Locale) -> list[Accreditation]:
    found = Accreditation.objects.filter(page__live=True, locale=locale)
    found = found.select_related("page").order_by("page", "sort_order")
    return cached(f"accreditations {locale.pk}", lambda: list(found))


def _holds_on(row: Accreditation, days: list[date]) -> bool:
    return all(row.is_valid_on(day) for day in days)


def _standing(row: Accreditation, term: str) -> Standing:
    if not row.is_known:
        return Standing(row.register, False, _("to be confirmed"), row.page.url)
    details = [_("number %(number)s") % {"number": row.number}]
    if row.points is not None:
        points = formats.number_format(row.points.normalize())
        details.append(_("%(points)s points") % {"points": points})
    return Standing(row.register, True, ", ".join([*details, term]), row.page.url)


def _until(row: Accreditation) -> str:
    if row.valid_until is None:
        return ""
    return _("valid until %(day)s") % {"day": formats.date_format(row.valid_until, "j F Y")}
