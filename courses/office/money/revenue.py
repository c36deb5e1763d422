"""Revenue and occupancy: a row for each course date, with figures and bars."""

from collections import defaultdict

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.permission_policies import ModelPermissionPolicy

from courses.models import CourseEventPart, Payment, Roster
from courses.office.lists.columns import StateColumn
from courses.office.lists.exports import DutchExportMixin
from courses.office.lists.filters import coming_or_begun, one_of
from courses.office.lists.viewsets import ListView, ListViewSet
from courses.office.money import event_money
from courses.office.rosters import meter
from courses.values.days import days_in_words


def describe(rosters):
    """Set `days`, `places`, `meter`, `money`, `figures` and `scale` on each, in six queries."""
    rosters = list(rosters)
    parts = _parts_of(rosters)
    meters = meter.meters_of(rosters)
    money = event_money.per_roster(rosters)
    largest = max((money[roster.pk].scale for roster in rosters), default=0)
    for roster in rosters:
        own = parts[roster.translation_key]
        roster.days = days_in_words(
            [(part.first_day, part.last_day or part.first_day) for part in own]
            or [(roster.first_day, roster.first_day), (roster.last_day, roster.last_day)]
        )
        roster.places = " / ".join(dict.fromkeys(part.place for part in own if part.place))
        roster.meter = meters[roster.pk]
        roster.money = money[roster.pk]
        roster.figures = roster.money.in_words()
        roster.scale = max(1, largest)  # the same for all, so that dates can be compared
    return rosters


def _parts_of(rosters):
    found = defaultdict(list)
    keys = [roster.translation_key for roster in rosters]
    parts = _parts().filter(page__translation_key__in=keys).order_by("first_day", "sort_order")
    for part in parts.select_related("page"):
        found[part.page.translation_key].append(part)
    return found


def totals(rosters):
    """The sums of the figures of rosters that went through `describe`."""
    return {
        "number": len(rosters),
        "taken": sum(roster.meter.taken for roster in rosters),
        "capacity": sum(roster.capacity for roster in rosters),
        **event_money.total(roster.money for roster in rosters).in_words(),
    }


def _years():
    days = Roster.objects.order_by().dates("first_day", "year", order="DESC")
    return [(str(day.year), str(day.year)) for day in days]


def _courses():
    titles = Roster.objects.order_by("course_title").values_list("course_title", flat=True)
    return [(title, title) for title in titles.distinct()]


def _towns():
    towns = _parts().exclude(place="").order_by("place").values_list("place", flat=True)
    return [(town, town) for town in towns.distinct()]


def _parts():
    return CourseEventPart.objects.filter(page__locale__language_code=settings.LANGUAGE_CODE)


class RevenueFilterSet(WagtailFilterSet):
    when = coming_or_begun()
    year = one_of(
        gettext_lazy("Year"),
        _years,
        field_name="first_day",
        lookup_expr="year",
        widget=forms.Select,
    )
    course_title = one_of(gettext_lazy("Course"), _courses, widget=forms.Select)
    town = one_of(gettext_lazy("Place"), _towns, widget=forms.Select, method="filter_town")

    class Meta:
        model = Roster
        fields = ["when", "year", "course_title", "town"]

    def filter_town(self, queryset, name, value):
        keys = _parts().filter(place=value).values("page__translation_key")
        return queryset.filter(translation_key__in=keys)


class OccupancyColumn(Column):
    cell_template_name = "courses/office/occupancy_cell.html"


class RevenueColumn(Column):
    cell_template_name = "courses/office/revenue_cell.html"


def _euros(name):
    return lambda roster: roster.money.in_euros()[name]


EXPORTED = {
    "code": (gettext_lazy("Code"), lambda roster: roster.code),
    "title": (gettext_lazy("Title"), lambda roster: roster.title),
    "course": (gettext_lazy("Course"), lambda roster: roster.course_title),
    "first_day": (gettext_lazy("First day"), lambda roster: roster.first_day),
    "last_day": (gettext_lazy("Last day"), lambda roster: roster.last_day),
    "places": (gettext_lazy("Place"), lambda roster: roster.places),
    "state": (gettext_lazy("State"), lambda roster: roster.get_state_display()),
    "taken": (gettext_lazy("Places taken"), lambda roster: roster.meter.taken),
    "minimum": (gettext_lazy("Minimum"), lambda roster: roster.minimum),
    "capacity": (gettext_lazy("Places"), lambda roster: roster.capacity),
    "invoiced": (gettext_lazy("Invoiced"), _euros("invoiced")),
    "received": (gettext_lazy("Received"), _euros("received")),
    "refunded": (gettext_lazy("Paid back"), _euros("refunded")),
    "open": (gettext_lazy("Still to come in"), _euros("open")),
}


class RevenueView(DutchExportMixin, ListView):
    page_title = gettext_lazy("Revenue and occupancy")
    template_name = "courses/office/revenue.html"
    results_template_name = "courses/office/revenue_results.html"
    search_fields = ["code", "title", "course_title"]
    exported = EXPORTED
    nothing_yet = gettext_lazy(
        "There are no course groups yet. Publish a course date and its group is here."
    )
    nothing_found = gettext_lazy("No date found. Search for less, or remove a filter.")

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "code",
                label=gettext_lazy("Code"),
                get_url=self._url,
                sort_key="code",
                classname="office-code",
            ),
            Column("days", label=gettext_lazy("Days"), sort_key="first_day"),
            Column("places", label=gettext_lazy("Place"), classname="office-aside"),
            StateColumn("state", label=gettext_lazy("State"), classname="office-aside"),
            OccupancyColumn("meter", label=gettext_lazy("Occupancy")),
            RevenueColumn("money", label=gettext_lazy("Revenue")),
        ]

    def _url(self, roster):
        if not self.request.user.has_perm("courses.change_roster"):
            return None
        return reverse("rosters:edit", args=[roster.pk])

    def get_context_data(self, **kwargs):
        # The rows on this page of the list are a slice of this list.
        return super().get_context_data(totals=totals(describe(self.object_list)), **kwargs)

    def export_rows(self, queryset):
        for roster in describe(queryset):
            yield list(self.to_row_dict(roster).values())


class RevenueViewSet(ListViewSet):
    """A report on course groups, for staff who may see payments."""

    model = Roster
    name = "revenue"
    icon = "order"
    menu_label = gettext_lazy("Revenue and occupancy")
    ordering = "-first_day"
    filterset_class = RevenueFilterSet
    index_view_class = RevenueView
    export_filename = "omzet"

    @cached_property
    def permission_policy(self):
        return ModelPermissionPolicy(Payment)

    def get_form_class(self, for_update=False):
        return None
