"""The decision whether a date goes ahead, on the page of its group, in the log and as a to-do."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import LogFormatter

from core.once import cached_briefly
from core.to_do import ToDo
from courses.domain import go_no_go
from courses.models import Roster, SignUp
from courses.office.rosters import meter

State = Roster.State


def summary(roster, user):
    """What `decision_block.html` needs, or None when it is too late for a decision."""
    today = timezone.localdate()
    is_open = roster.state in go_no_go.UNDECIDED
    if roster.last_day < today or (is_open and roster.first_day < today):
        return None
    may_decide = user.has_perm("courses.change_roster")
    may_plan = may_decide and not roster.page_is_gone
    return {
        "state": roster.state,
        "when": _when(roster),
        "can_go_ahead": may_plan and go_no_go.can_go_ahead(roster),
        "can_be_called_off": may_decide and go_no_go.can_be_called_off(roster),
        "can_be_taken_back": may_plan and go_no_go.can_be_taken_back(roster),
        "reasons": list(roster.call_off_reasons.values()),
        "waiting": _waiting(roster),
        "waiting_url": people_url(roster) if user.has_perm("courses.view_signup") else "",
    }


def people_url(roster):
    """The address of the list of the live sign-ups on this roster."""
    live = [("roster", roster.pk), *[("state", state.value) for state in SignUp.LIVE]]
    return f"{reverse('sign_ups:index')}?{urlencode(live)}"


def staff_to_do(user):
    """Dates to decide about, and people who have not chosen after a no-go."""
    if user.has_perm("courses.change_roster"):
        yield from _to_decide()
    if user.has_perm("courses.view_signup"):
        yield from _to_ask()


def _when(roster):
    """The decision day, or the day of the decision, in words."""
    if roster.state not in go_no_go.UNDECIDED:
        at = roster.decided_at
        return date_format(timezone.localtime(at), "j F Y") if at else ""
    day = go_no_go.decide_on(roster)
    left = (day - timezone.localdate()).days
    words = {"day": date_format(day, "l j F Y"), "days": abs(left)}
    if left == 0:
        return _("Today is the decision day.")
    if left < 0:
        return (
            ngettext(
                "The decision day was %(day)s, %(days)s day ago.",
                "The decision day was %(day)s, %(days)s days ago.",
                -left,
            )
            % words
        )
    return (
        ngettext(
            "The decision day is %(day)s, in %(days)s day.",
            "The decision day is %(day)s, in %(days)s days.",
            left,
        )
        % words
    )


def _waiting(roster):
    if roster.state != State.CALLED_OFF:
        return 0
    return roster.sign_ups.filter(state__in=SignUp.LIVE).count()


def _to_decide():
    today = timezone.localdate()
    decision_days = go_no_go.undecided(today)
    found = list(decision_days)
    meters = meter.meters_of(found)
    late = [
        roster
        for roster, day in decision_days.items()
        if day < today and not meters[roster.pk].is_reached
    ]
    near = [roster for roster in found if roster not in late]
    if late:
        label = ngettext(
            "date below the minimum, past its decision day",
            "dates below the minimum, past their decision day",
            len(late),
        )
        yield ToDo(label, len(late), _rosters_url(late), order=100, icon="calendar-alt")
    if near:
        label = ngettext(
            "date to decide about: does it go ahead?",
            "dates to decide about: do they go ahead?",
            len(near),
        )
        yield ToDo(label, len(near), _rosters_url(near), order=200, icon="calendar-alt")


def _to_ask():
    for roster, number in cached_briefly("not chosen", go_no_go.not_chosen).items():
        label = ngettext(
            "person of %(code)s has not chosen another date or money back",
            "people of %(code)s have not chosen another date or money back",
            number,
        ) % {"code": roster.code}
        yield ToDo(label, number, people_url(roster), order=150, icon="help")


def _rosters_url(found):
    if len(found) == 1:
        return reverse("rosters:edit", args=[found[0].pk])
    return f"{reverse('rosters:index')}?decision=due"


class DecisionLogFormatter(LogFormatter):
    words = ""

    def format_message(self, log_entry):
        return self.words % {"number": log_entry.data["people"]}


class GoAheadLogFormatter(DecisionLogFormatter):
    label = gettext_lazy("Let a date go ahead")
    words = gettext_lazy("Goes ahead; people mailed about it: %(number)s")


class CallOffLogFormatter(DecisionLogFormatter):
    label = gettext_lazy("Call a date off")
    words = gettext_lazy("Called off; people mailed to choose: %(number)s")


class TakeBackLogFormatter(DecisionLogFormatter):
    label = gettext_lazy("Plan a date again")
    words = gettext_lazy("Planned again; people mailed about it: %(number)s")


LOG_ACTIONS = {
    "courses.go_ahead": GoAheadLogFormatter,
    "courses.call_off": CallOffLogFormatter,
    "courses.take_back": TakeBackLogFormatter,
}
