"""Who was there: the office notes it per day, for everybody whose place is final."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import LogFormatter, log

from courses.domain import presence
from courses.domain import presence as domain
from courses.models import Attendance, Roster, SignUp
from courses.reading import events

LOG_ACTION = "courses.note_presence"


@dataclass(frozen=True)
class Person:
    """`days` are those on which this person is expected; `noted` says {day: was there}."""

    sign_up: SignUp
    days: tuple[date, ...]
    noted: dict[date, bool]


def people_of(roster, event=None):
    """Everybody with a final place on this date, by last name, in a fixed number of queries.

    Not those who were forgotten: there is nobody to note anything about.
    """
    event = event or events.of_roster(roster)
    confirmed = roster.sign_ups.filter(state=SignUp.State.CONFIRMED, forgotten_at=None)
    confirmed = confirmed.select_related("buyer")
    noted = {}
    for row in Attendance.objects.filter(sign_up__in=confirmed):
        noted.setdefault(row.sign_up_id, {})[row.day] = row.present
    return [
        Person(sign_up, _days(sign_up, event), noted.get(sign_up.pk, {}))
        for sign_up in confirmed.order_by("last_name", "first_name", "pk")
    ]


def _days(sign_up, event):
    return tuple(presence.expected_days(sign_up, event)) if event else ()


def summary(roster, event, user):
    """What the page of the group says about it; None for who may not see people."""
    if event is None or not user.has_perm("courses.view_signup"):
        return None
    people = people_of(roster, event)
    days = sorted({day for person in people for day in person.days})
    return {
        "days": [{"day": day, "words": _words(day, people)} for day in days],
        "may_note": user.has_perm("courses.change_signup"),
        "has_begun": bool(days) and days[0] <= timezone.localdate(),
    }


def _words(day, people):
    expected = [person for person in people if day in person.days]
    noted = [person.noted[day] for person in expected if day in person.noted]
    if day > timezone.localdate():
        return _("still to come, %(expected)s expected") % {"expected": len(expected)}
    if not noted:
        return _("not noted yet")
    return _("%(present)s of %(expected)s present") % {
        "present": sum(noted),
        "expected": len(expected),
    }


class PresenceLogFormatter(LogFormatter):
    label = gettext_lazy("Note who was there")

    def format_message(self, log_entry):
        days = [date_format(parse_date(day), "j F Y") for day in log_entry.data["days"]]
        return _("Noted who was there on %(days)s") % {"days": ", ".join(days)}


class GroupView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page about the people of one course group."""

    permission_policy = None
    permission_required = "change"
    index_url_name = None
    edit_url_name = None
    http_method_names = ["get", "post"]

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.roster = get_object_or_404(Roster, pk=self.kwargs["pk"])

    @property
    def back_url(self):
        if self.request.user.has_perm("courses.change_roster"):
            return reverse(self.edit_url_name, args=[self.roster.pk])
        return reverse("rosters:people", args=[self.roster.pk])

    def get_page_subtitle(self):
        return self.roster.code

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": _("Course groups")},
            {"url": self.back_url, "label": self.roster.code},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(roster=self.roster, back_url=self.back_url, **kwargs)


class PresenceView(GroupView):
    """A table of people and days. What is ticked was there.

    A day on which nobody is ticked and that was not noted before stays open: who fills in the
    first day does not say that nobody came on the second.
    """

    page_title = gettext_lazy("Presence")
    header_icon = "check"
    template_name = "courses/office/presence.html"

    @cached_property
    def event(self):
        return events.of_roster(self.roster)

    @cached_property
    def people(self):
        return people_of(self.roster, self.event)

    @cached_property
    def days(self):
        """The days on which anybody is expected and that have come."""
        days = {day for person in self.people for day in person.days}
        return sorted(day for day in days if day <= timezone.localdate())

    def post(self, request, *args, **kwargs):
        everybody = request.POST.get("everybody")
        ticked = set(request.POST.getlist("present"))
        present = {
            person.sign_up.pk: {
                day
                for day in self.days
                if day.isoformat() == everybody or _key(person, day) in ticked
            }
            for person in self.people
        }
        noted = self._days_to_note(present)
        with transaction.atomic():
            domain.record_group(self.roster, present, noted, self.event)
            if noted:
                data = {"days": [day.isoformat() for day in noted]}
                log(instance=self.roster, action=LOG_ACTION, data=data)
        if noted:
            messages.success(request, _("Saved who was there."))
        else:
            messages.warning(request, _("Nobody is ticked, so nothing was noted."))
        return redirect(request.path if everybody else self.back_url)

    def _days_to_note(self, present):
        ticked = {day for days in present.values() for day in days}
        before = {day for person in self.people for day in person.noted}
        return [day for day in self.days if day in ticked or day in before]

    def get_context_data(self, **kwargs):
        rows = [
            {
                "sign_up": person.sign_up,
                "cells": [
                    {
                        "key": _key(person, day),
                        "day": day,
                        "is_expected": day in person.days,
                        "is_present": person.noted.get(day, False),
                    }
                    for day in self.days
                ],
            }
            for person in self.people
        ]
        return super().get_context_data(rows=rows, days=self.days, **kwargs)


def _key(person, day):
    return f"{person.sign_up.pk}-{day.isoformat()}"
