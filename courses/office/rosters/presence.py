"""Presence: the office notes for each day who was there of those with a final place."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.log_actions import LogFormatter, log

from courses.domain import presence
from courses.models import Attendance, SignUp
from courses.office.rosters.group import GroupView
from courses.reading import events

LOG_ACTION = "courses.note_presence"


@dataclass(frozen=True)
class Participant:
    """`days` are those on which this person is expected; `noted` is {day: was present}."""

    sign_up: SignUp
    days: tuple[date, ...]
    noted: dict[date, bool]


def people_of(roster, event=None):
    """The participants with a final place by last name, in a number of queries that does not grow.

    People who were forgotten are left out: nothing can be noted about them.
    """
    event = event or events.of_roster(roster)
    confirmed = roster.sign_ups.filter(state=SignUp.State.CONFIRMED, forgotten_at=None)
    confirmed = confirmed.select_related("buyer")
    noted = {}
    for row in Attendance.objects.filter(sign_up__in=confirmed):
        noted.setdefault(row.sign_up_id, {})[row.day] = row.present
    return [
        Participant(sign_up, _days(sign_up, event), noted.get(sign_up.pk, {}))
        for sign_up in confirmed.order_by("name_key", "pk")
    ]


def _days(sign_up, event):
    return tuple(presence.expected_days(sign_up, event)) if event else ()


def summary(roster, event, user):
    """What `presence_block.html` needs; None if the user may not see people."""
    if event is None or not user.has_perm("courses.view_signup"):
        return None
    people = people_of(roster, event)
    days = sorted({day for person in people for day in person.days})
    return {
        "people": people,
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


class PresenceView(GroupView):
    """A table of people and days, with a box for each day on which somebody is expected.

    If nobody is ticked on a day without notes, it stays open: filling in the first day must not
    note that everybody was absent on the second.
    """

    page_title = gettext_lazy("Presence")
    template_name = "courses/office/presence.html"

    @cached_property
    def people(self):
        return people_of(self.roster, self.event)

    @cached_property
    def days(self):
        """The days until today on which anybody is expected."""
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
            presence.record_group(self.roster, present, noted, self.event)
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
