"""The documents for the days of a course group: the attendance list and the badges."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.utils import formats, translation
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages

from core.models import SiteSettings
from courses.documents import day_papers
from courses.models import Roster
from courses.office.rosters import downloads
from courses.office.rosters.group import GroupView
from courses.office.rosters.presence import people_of


class DayDocumentView(GroupView):
    """A PDF about the people of a group on all its days, or on one `?day=`."""

    permission_required = "view"
    http_method_names = ["get", "head"]

    @cached_property
    def days(self):
        """The days of the document, in order."""
        every = days_of(self.event)
        asked = self.request.GET.get("day", "")
        if not asked:
            return every
        try:
            day = parse_date(asked)
        except ValueError:
            day = None
        if day not in every:
            raise Http404
        return [day]

    @cached_property
    def people(self):
        found = people_of(self.roster, self.event)
        return [person for person in found if set(person.days) & set(self.days)]

    def get(self, request, *args, **kwargs):
        problem = self.problem()
        if problem:
            messages.error(request, problem)
            return redirect(self.back_url)
        # In the language of the institute: participants read it too, not only this user.
        with translation.override(settings.LANGUAGE_CODE):
            content = self.typeset()
        return downloads.attachment(content, f"{self.filename}-{self._name}.pdf")

    def problem(self):
        """The reason why the document cannot be made; an empty string if it can."""
        if self.roster.state == Roster.State.CALLED_OFF:
            return _("This date was called off, so there are no papers for its days.")
        if self.event is None:
            return _("The page of this date was deleted, so its days are not known any more.")
        return ""

    def typeset(self):
        raise NotImplementedError

    @property
    def _name(self):
        code = self.roster.code
        return f"{code}-{self.days[0].isoformat()}" if len(self.days) == 1 else code


class AttendanceListView(DayDocumentView):
    filename = "presentielijst"

    def typeset(self):
        facts = list_facts(self.event, self.days, self.people)
        return day_papers.attendance_list(facts, settings.LANGUAGE_CODE)


class BadgesView(DayDocumentView):
    filename = "badges"

    def problem(self):
        return super().problem() or self._nobody()

    def _nobody(self):
        if self.people:
            return ""
        return _("Nobody has a final place on this date, so there are no badges to make.")

    def typeset(self):
        return day_papers.badges(badge_facts(self.event, self.people), settings.LANGUAGE_CODE)


def list_facts(event, days, people):
    """The facts of the attendance list: without addresses or telephone numbers of people."""
    return _facts(event) | {
        "teachers": _teachers(event.course),
        "days": [
            _day(part, day, people) for part in event.parts for day in part.days if day in days
        ],
    }


def badge_facts(event, people):
    return _facts(event) | {
        "people": [
            {
                "first": person.sign_up.first_name,
                "name": person.sign_up.full_name,
                "organisation": _organisation(person.sign_up),
            }
            for person in people
        ]
    }


def _facts(event):
    return {
        "institute": SiteSettings.current().institute_name,
        "course": event.course.title,
        "code": event.code,
    }


def days_of(event):
    """The days of the event in order, each once; none if its page was deleted."""
    return list(dict.fromkeys(day for part in event.parts for day in part.days)) if event else []


def _day(part, day, people):
    return {
        "day": day.isoformat(),
        "part": part.name,
        "starts_at": _time(part.starts_at),
        "ends_at": _time(part.ends_at),
        "place": part.place,
        "venue": part.venue,
        "address": " ".join(part.address.split()),
        "people": [
            {"name": person.sign_up.sort_name, "organisation": _organisation(person.sign_up)}
            for person in people
            if day in person.days
        ],
    }


def _time(moment):
    return formats.time_format(moment) if moment else ""


def _organisation(sign_up):
    buyer = getattr(sign_up, "buyer", None)
    return buyer.organisation if buyer else ""


def _teachers(course):
    """The names of the teachers in the order of the course page, each once."""
    people = [person.localized for block in course.team for person in block.value["people"]]
    return list(dict.fromkeys(person.title for person in people if person.live))
