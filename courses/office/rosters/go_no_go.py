"""Letting a date go ahead, and taking back that it was called off."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import log

from courses.domain import go_no_go
from courses.models import Roster, SignUp
from courses.office import mail_previews
from courses.office.rosters import meter
from courses.office.rosters.group_verbs import GroupVerb, GroupVerbView
from courses.reading import events


@dataclass(frozen=True, kw_only=True)
class Decision(GroupVerb):
    """A verb about whether a date goes ahead, which is logged."""

    permissions: tuple[str, ...] = ("courses.change_roster",)
    told: tuple[str, ...] = SignUp.LIVE  # the states of the people who get the mail

    @property
    def log_action(self):
        return f"courses.{self.name}"


class DecisionView(GroupVerbView):
    template_name = "courses/office/confirm_decision.html"
    too_late = (go_no_go.DecidedError,)

    def post(self, request, *args, **kwargs):
        return self.ask() if "look" in request.POST else super().post(request, *args, **kwargs)

    def arguments(self):
        return super().arguments() | {"seen": self.request.POST.get("seen", "")}

    def finish(self, result, values):
        number = result.sign_ups.filter(state__in=self.verb.told).count()
        log(instance=result, action=self.verb.log_action, data={"people": number})
        return super().finish(result, {"code": result.code, "number": number})

    def refusal(self):
        self.roster.refresh_from_db()
        return _(
            "Nothing was changed and nobody was mailed: this date is now “%(state)s”, or it"
            " has begun."
        ) % {"state": self.roster.get_state_display()}

    @cached_property
    def people(self):
        """The people who get the mail; first the confirmed, for whom the preview says most."""
        runs = self.roster.sign_ups.filter(state__in=self.verb.told).exclude(
            hold_until__lte=timezone.now()
        )
        return sorted(runs, key=lambda row: (row.state != SignUp.State.CONFIRMED, row.pk))

    def consequences(self):
        return self.verb.consequences(self.roster, self.people)

    def mail_values(self, sign_up):
        event = events.for_reader(self.roster, sign_up.language)
        parts = event.parts_for(sign_up.kind) if event else ()
        return {"days": mail_previews.day_lines(parts), "to_do": ""}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            event=self.event,
            meter=meter.meters_of([self.roster])[self.roster.pk],
            **kwargs,
        )


def _after_going_ahead(roster, people):
    sentences = [
        _(
            "The site says at once that this date goes ahead for certain: on its page, in the"
            " lists of dates and on the pages of the people themselves."
        ),
    ]
    if roster.state == Roster.State.CLOSED:
        sentences.append(
            _(
                "Sign-up was closed and opens again. If you do not want that, let the site say"
                " “Full” on the page of this group afterwards."
            )
        )
    waiting = roster.sign_ups.filter(state=SignUp.State.REVIEW).count()
    if waiting:
        sentences.append(
            ngettext(
                "%(number)s person waits for admission and gets no mail: whoever you admit reads"
                " it in the confirmation.",
                "%(number)s people wait for admission and get no mail: whoever you admit reads it"
                " in the confirmation.",
                waiting,
            )
            % {"number": waiting}
        )
    if people:
        sentences.append(
            _(
                "Who still has to pay, reads in the mail until when. Who is confirmed later,"
                " reads in the confirmation that it goes ahead."
            )
        )
    sentences.append(
        _(
            "People count on it from now on. You can still call the date off later; everybody"
            " then chooses another date or the money back."
        )
    )
    return sentences


def _after_taking_back(roster, people):
    return [
        _("The site shows this date as planned, and people can sign up again."),
        _(
            "Who had not chosen yet keeps the place on this date and gets a mail with the days"
            " for the calendar."
        ),
        _(
            "Who has moved to another date, or got the money back, stays as they are and hears"
            " nothing. Whether this date goes ahead, you decide anew."
        ),
    ]


GO_AHEAD = Decision(
    name="go_ahead",
    do=go_no_go.go_ahead,
    applies=go_no_go.can_go_ahead,
    label=gettext_lazy("Let it go ahead"),
    question=gettext_lazy("Let this date go ahead?"),
    consequences=_after_going_ahead,
    done=gettext_lazy("%(code)s goes ahead. People who get a mail about it: %(number)s."),
    mail="going_ahead",
    told=go_no_go.ADMITTED,
)
TAKE_BACK = Decision(
    name="take_back",
    do=go_no_go.take_back,
    applies=go_no_go.can_be_taken_back,
    label=gettext_lazy("Plan it again"),
    question=gettext_lazy("Plan this date again?"),
    consequences=_after_taking_back,
    done=gettext_lazy("%(code)s is planned again. People who get a mail about it: %(number)s."),
    mail="planned_again",
)
