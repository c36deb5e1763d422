"""The periods for which books are kept: months, quarters and years."""

from datetime import date

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Period(TextChoices):
    THIS_MONTH = "this-month", _("This month")
    LAST_MONTH = "last-month", _("Last month")
    THIS_QUARTER = "this-quarter", _("This quarter")
    LAST_QUARTER = "last-quarter", _("Last quarter")
    THIS_YEAR = "this-year", _("This year")
    LAST_YEAR = "last-year", _("Last year")


MONTHS = {"month": 1, "quarter": 3, "year": 12}


def bounds(period, today=None):
    """(the first day, the day after the last day) of a period, as seen from `today`."""
    today = today or timezone.localdate()
    which, _dash, length = Period(period).value.partition("-")
    months = MONTHS[length]
    counted = today.year * 12 + today.month - 1
    begin = counted - counted % months - (months if which == "last" else 0)
    return _first(begin), _first(begin + months)


def _first(counted):
    return date(counted // 12, counted % 12 + 1, 1)
