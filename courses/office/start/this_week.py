"""The start page of the CMS: the coming dates, and what waits for this user."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from core import to_do
from courses.domain import go_no_go, rosters
from courses.models import CourseEventPart, Roster, SignUp
from courses.office.dates import new_dates
from courses.office.lists.columns import tone
from courses.office.lists.events import spans_of
from courses.office.people.listing import EVERYBODY
from courses.office.rosters import meter
from courses.values.days import days_in_words

SHOWN = 8


class ThisWeekPanel(Component):
    """Only what the user may see: without permissions on courses, just what waits."""

    name = "this_week"
    order = 10
    template_name = "courses/office/this_week.html"

    class Media:
        css = {"all": ["courses/office/this_week.css"]}

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        sees_dates = user.has_perm("courses.view_roster")
        return {
            "week": _week_in_words(),
            "to_do": to_do.for_user(user),
            "sees_dates": sees_dates,
            "coming": coming() if sees_dates else (),
            "new_date_url": new_dates.url() if new_dates.may_make_dates(user) else "",
            "people": _people() if user.has_perm("courses.view_signup") else None,
        }


def _monday():
    today = timezone.localdate()
    return today - timedelta(days=today.weekday())


def _week_in_words():
    return days_in_words([(_monday(), _monday() + timedelta(days=6))])


def _people():
    """Where to search for people, and how many signed up this week."""
    address = reverse("sign_ups:index")
    new = {"created_at_from": _monday().isoformat(), "state": EVERYBODY}
    since = timezone.make_aware(datetime.combine(_monday(), time.min))
    return {
        "url": address,
        "new": SignUp.objects.filter(created_at__gte=since).count(),
        "new_url": f"{address}?{urlencode(new)}",
    }


def coming():
    """The next dates, each with what the panel shows, such as `days` and `meter`: three queries."""
    today = timezone.localdate()
    going_on = [roster for roster in rosters.coming() if roster.state != Roster.State.CALLED_OFF]
    found = going_on[:SHOWN]
    meters, numbers = meter.meters_and_numbers_of(found)
    parts = _parts(found)
    decide_on = go_no_go.decision_days(found)
    for roster in found:
        of_date = parts[roster.translation_key]
        spans = [(part.first_day, part.last_day) for part in of_date]
        roster.days = days_in_words(spans or spans_of(roster))
        roster.page_is_gone = not of_date and not rosters.has_page(roster)
        roster.places = list(dict.fromkeys(part.place for part in of_date if part.place))
        roster.meter = meters[roster.pk]
        roster.tone = tone(roster.state)
        roster.numbers = meter.by_state(numbers[roster.pk], reversed(SignUp.LIVE))
        roster.decide_on = decide_on.get(roster.pk) if roster.first_day > today else None
    return found


def _parts(rosters):
    """{translation key: parts of the date, in order}"""
    found = defaultdict(list)
    parts = CourseEventPart.objects.filter(
        page__translation_key__in=[roster.translation_key for roster in rosters],
        page__locale__language_code=settings.LANGUAGE_CODE,
    ).select_related("page")
    for part in parts.only("first_day", "last_day", "place", "page__translation_key"):
        found[part.page.translation_key].append(part)
    return found
