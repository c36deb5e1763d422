"""The papers for the days of a course group: the list to sign and the badges."""

import unicodedata

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
from courses.office.rosters import pdfs
from courses.office.rosters.group import GroupView
from courses.office.rosters.presence import people_of


def in_order(people):
    """By last name as a Dutch list has it: no infix, no accent and no capital counts."""

    def key(person):
        sign_up = person.sign_up
        return (_plain(sign_up.last_name), _plain(sign_up.first_name), sign_up.pk)

    return sorted(people, key=key)


def _plain(name):
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


class DayPaperView(GroupView):
    """A PDF about the people of a group, of all its days or of one `day`."""

    permission_required = "view"
    http_method_names = ["get", "head"]

    @cached_property
    def days(self):
        """The days that are asked for, in order."""
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
        return in_order(person for person in found if set(person.days) & set(self.days))

    def get(self, request, *args, **kwargs):
        problem = self.problem()
        if problem:
            messages.error(request, problem)
            return redirect(self.back_url)
        # In the language of the institute: people who sign read it, not only this colleague.
        with translation.override(settings.LANGUAGE_CODE):
            content = self.paper()
        return pdfs.download(content, f"{self.filename}-{self._what}.pdf")

    def problem(self):
        """Why there is no such paper, and what to do; or an empty string."""
        if self.roster.state == Roster.State.CALLED_OFF:
            return _("This date was called off, so there are no papers for its days.")
        if self.event is None:
            return _("The page of this date was deleted, so its days are not known any more.")
        return ""

    def paper(self):
        raise NotImplementedError

    @property
    def _what(self):
        code = self.roster.code
        return f"{code}-{self.days[0].isoformat()}" if len(self.days) == 1 else code


class AttendanceListView(DayPaperView):
    filename = "presentielijst"

    def paper(self):
        facts = list_facts(self.event, self.days, self.people)
        return day_papers.attendance_list(facts, settings.LANGUAGE_CODE)


class BadgesView(DayPaperView):
    filename = "badges"

    def problem(self):
        return super().problem() or self._nobody()

    def _nobody(self):
        if self.people:
            return ""
        return _("Nobody has a final place on this date, so there are no badges to make.")

    def paper(self):
        return day_papers.badges(badge_facts(self.event, self.people), settings.LANGUAGE_CODE)


def list_facts(event, days, people):
    """What stands on the list to sign, and nothing more: no address and no number of anybody."""
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
    """Every day of the event once, in order; none when its page is gone."""
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
    """Who teaches, in the order of the course's page, each once."""
    people = [person.localized for block in course.team for person in block.value["people"]]
    return list(dict.fromkeys(person.title for person in people if person.live))
