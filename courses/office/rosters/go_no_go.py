"""Laten doorgaan, or not: each asks first, with the consequences and the mail, and POST does it."""

from django import forms
from django.conf import settings
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.log_actions import log

from courses.domain import choices, go_no_go, refunds
from courses.models import Roster, SignUp, SwapOffer
from courses.office.messages import previews
from courses.office.rosters import meter
from courses.office.rosters.decisions import ReasonForm
from courses.office.rosters.presence import GroupView
from courses.reading import events
from courses.values.money import format_euros


class DecisionView(GroupView):
    """A decision about one date. Its subclasses say what it is, what it does and what is mailed."""

    template_name = "courses/office/confirm_decision.html"
    kind = ""
    label = question = done = log_action = ""
    is_serious = False
    is_possible = None
    header_icon = "calendar-alt"

    def get(self, request, *args, **kwargs):
        if not self.is_possible(self.roster):
            return self.refuse()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.form.is_valid() or "look" in request.POST:
            return self.render_to_response(self.get_context_data())
        try:
            roster = self.decide(seen=request.POST.get("seen", ""))
        except go_no_go.DecidedError:
            return self.refuse()
        number = roster.sign_ups.filter(state__in=SignUp.LIVE).count()
        log(instance=roster, action=self.log_action, data={"people": number})
        messages.success(request, self.done % {"code": roster.code, "number": number})
        return redirect(self.back_url)

    def refuse(self):
        self.roster.refresh_from_db()
        messages.error(
            self.request,
            _(
                "Nothing was changed and nobody was mailed: this date is now “%(state)s”, or it"
                " has begun."
            )
            % {"state": self.roster.get_state_display()},
        )
        return redirect(self.back_url)

    @cached_property
    def form(self):
        return self.get_form(self.request.POST if self.request.method == "POST" else None)

    def get_form(self, data):
        return forms.Form(data)

    @cached_property
    def event(self):
        return events.of_roster(self.roster)

    @cached_property
    def people(self):
        """Those who get the mail; first the ones about whom the preview says most."""
        runs = self.roster.sign_ups.filter(state__in=SignUp.LIVE).exclude(
            hold_until__lte=timezone.now()
        )
        return sorted(runs, key=lambda row: (row.state != SignUp.State.CONFIRMED, row.pk))

    def numbers(self):
        counted = [
            (state.label, sum(row.state == state for row in self.people)) for state in SignUp.State
        ]
        return [{"label": label, "number": number} for label, number in counted if number]

    def get_page_title(self):
        return self.label

    def mail_values(self, sign_up):
        return {"to_do": ""}

    def _previews(self):
        def values_of(sign_up):
            event = events.for_reader(self.roster, sign_up.language)
            parts = event.parts_for(sign_up.kind) if event else ()
            return {"days": previews.lines(parts), **self.mail_values(sign_up)}

        return previews.per_language(self.kind, self.roster, self.people, values_of)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            view=self,
            event=self.event,
            form=self.form,
            meter=meter.of_rosters([self.roster])[self.roster.pk],
            number=len(self.people),
            numbers=self.numbers(),
            consequences=self.consequences(),
            previews=self._previews(),
            may_reword=self.request.user.has_perm("mail.change_mailtext"),
            **kwargs,
        )


class GoAheadView(DecisionView):
    kind = "going_ahead"
    label = gettext_lazy("Let it go ahead")
    question = gettext_lazy("Let this date go ahead?")
    done = gettext_lazy("%(code)s goes ahead. People who get a mail about it: %(number)s.")
    log_action = "courses.go_ahead"
    is_possible = staticmethod(go_no_go.can_go_ahead)

    def decide(self, seen):
        return go_no_go.go_ahead(self.roster, by=self.request.user, seen=seen)

    def consequences(self):
        said = [
            _(
                "The site says at once that this date goes ahead for certain: on its page, in the"
                " lists of dates and on the pages of the people themselves."
            ),
        ]
        if self.roster.state == Roster.State.CLOSED:
            said.append(
                _(
                    "Sign-up was closed and opens again. If you do not want that, let the site say"
                    " “Full” on the page of this group afterwards."
                )
            )
        if self.people:
            said.append(
                _(
                    "Who still has to pay, reads in the mail until when. Who is confirmed later,"
                    " reads in the confirmation that it goes ahead."
                )
            )
        said.append(
            _(
                "People count on it from now on. You can still call the date off later; everybody"
                " then chooses another date or the money back."
            )
        )
        return said


class CallOffView(DecisionView):
    kind = "called_off"
    label = gettext_lazy("Do not let it go ahead")
    question = gettext_lazy("Call this date off?")
    done = gettext_lazy("%(code)s is called off. People who get a mail to choose: %(number)s.")
    log_action = "courses.call_off"
    is_serious = True
    is_possible = staticmethod(go_no_go.can_be_called_off)

    def decide(self, seen):
        reasons = self.form.reasons()
        return go_no_go.call_off(self.roster, by=self.request.user, reasons=reasons, seen=seen)

    def get_form(self, data):
        languages = {sign_up.language for sign_up in self.people}
        known = [language for language, _name in settings.LANGUAGES if language in languages]
        return ReasonForm(data, languages=known or [settings.LANGUAGE_CODE])

    def mail_values(self, sign_up):
        if sign_up.hold_until:  # as it will be
            sign_up.hold_until = max(sign_up.hold_until, timezone.now() + choices.TIME_TO_CHOOSE)
        reasons = self.form.reasons() if self.form.is_bound and self.form.is_valid() else {}
        event = events.for_reader(self.roster, sign_up.language)
        others = choices.other_dates(sign_up, locale=event.page.locale) if event else []
        return {
            "call_off_reason": reasons.get(sign_up.language, ""),
            "choice": choices.in_words(sign_up),
            "other_dates": choices.dates_in_words(others),
        }

    def consequences(self):
        said = [
            _(
                "The site says at once that this date does not go ahead, and nobody can sign up or"
                " pay for it any more."
            )
        ]
        if self.people:
            said += self._about_people()
        offers = self.roster.swap_offers.filter(state=SwapOffer.State.OPEN).count()
        if offers:
            said.append(
                ngettext(
                    "%(number)s person to whom a place here was offered gets a mail that the offer"
                    " is over.",
                    "%(number)s people to whom a place here was offered get a mail that the offer"
                    " is over.",
                    offers,
                )
                % {"number": offers}
            )
        return [
            *said,
            _("You can take it back until the day before the first day, for who has not chosen."),
        ]

    def _about_people(self):
        said = [
            _(
                "Everybody chooses on their own page: another date of this course for the same"
                " price, or everything that was paid comes back. You can do it for them as well,"
                " on the page of each."
            ),
            *self._about_money(),
            _(
                "A file in the mail takes the days out of their calendar. After %(days)s days who"
                " has not chosen gets one reminder, and is on your start page from then on."
            )
            % {"days": choices.REMIND_AFTER.days},
        ]
        return said

    def _about_money(self):
        unpaid = sum(sign_up.state in SignUp.HELD for sign_up in self.people)
        if unpaid:
            yield (
                ngettext(
                    "%(number)s person has no final place yet: nothing has to be paid, and the"
                    " sign-up ends by itself if no other date is chosen within %(days)s days.",
                    "%(number)s people have no final place yet: nothing has to be paid, and their"
                    " sign-ups end by themselves if no other date is chosen within %(days)s days.",
                    unpaid,
                )
                % {"number": unpaid, "days": choices.TIME_TO_CHOOSE.days}
            )
            yield _(
                "A payment that is under way at the bank is stopped if it still can be. Money that"
                " arrives all the same is in the list of refunds, for you to decide."
            )

    def get_context_data(self, **kwargs):
        may_see_money = self.request.user.has_perm("courses.view_payment")
        paid = refunds.paid_cents_on(self.roster) if may_see_money else 0
        others = self._others()
        return super().get_context_data(
            stake=format_euros(paid) if paid else "",
            others=others,
            room=sum(other["free"] for other in others),
            may_look=bool(self.people),
            **kwargs,
        )

    def _others(self):
        """Where these people could go, with the places free for who comes to the whole course."""
        if not self.people:
            return []
        kinds = {sign_up.kind: sign_up for sign_up in self.people}
        someone = kinds.get(SignUp.Kind.COURSE) or self.people[0]
        return [
            {"event": event, "free": event.free_for(someone.kind)}
            for event in choices.other_dates(someone)
        ]


class TakeBackView(DecisionView):
    kind = "planned_again"
    label = gettext_lazy("Plan it again")
    question = gettext_lazy("Plan this date again?")
    done = gettext_lazy("%(code)s is planned again. People who get a mail about it: %(number)s.")
    log_action = "courses.take_back"
    is_possible = staticmethod(go_no_go.can_be_taken_back)

    def decide(self, seen):
        return go_no_go.take_back(self.roster, by=self.request.user, seen=seen)

    def consequences(self):
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


VIEWS = {"go-ahead": GoAheadView, "call-off": CallOffView, "take-back": TakeBackView}
