"""Calling a date off, with a reason, and with what that means for its people and money."""

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.form_fields import TextField
from courses.domain import choices, go_no_go, refunds
from courses.models import SignUp, SwapOffer
from courses.office.asking import NoForm
from courses.office.rosters.go_no_go import Decision, DecisionView
from courses.reading import events
from courses.values.money import format_euros

MOST_CHARACTERS = 1000


class ReasonForm(NoForm):
    """Why a date does not go ahead, in each language in which people read it."""

    def __init__(self, data=None, *, about, languages):
        super().__init__(data, about=about)
        names = dict(settings.LANGUAGES)
        for language in languages:
            self.fields[f"reason_{language}"] = TextField(
                label=_("Why does it not go ahead? In %(language)s")
                % {"language": _(names[language])},
                help_text=_("Stands in the mail and on their own page. Empty: no reason is given."),
                required=False,
                max_length=MOST_CHARACTERS,
                widget=forms.Textarea({"rows": 3, "lang": language}),
            )

    def arguments(self):
        reasons = {name.removeprefix("reason_"): text for name, text in self.cleaned_data.items()}
        return {"reasons": reasons}


class CallOffView(DecisionView):
    def get_form_kwargs(self):
        languages = {sign_up.language for sign_up in self.people}
        known = [language for language, _name in settings.LANGUAGES if language in languages]
        return super().get_form_kwargs() | {"languages": known or [settings.LANGUAGE_CODE]}

    def mail_values(self, sign_up):
        if sign_up.hold_until:  # as it will be after calling off
            sign_up.hold_until = max(sign_up.hold_until, timezone.now() + choices.TIME_TO_CHOOSE)
        is_filled_in = self.form.is_bound and self.form.is_valid()
        reasons = self.form.arguments()["reasons"] if is_filled_in else {}
        event = events.for_reader(self.roster, sign_up.language)
        others = choices.other_dates(sign_up, locale=event.page.locale) if event else []
        return super().mail_values(sign_up) | {
            "call_off_reason": reasons.get(sign_up.language, ""),
            "choice": choices.in_words(sign_up),
            "other_dates": choices.dates_in_words(others),
        }

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
        """Other dates with free places for people of the whole course, or of the only kind."""
        if not self.people:
            return []
        kinds = {sign_up.kind: sign_up for sign_up in self.people}
        someone = kinds.get(SignUp.Kind.COURSE) or self.people[0]
        return [
            {"event": event, "free": event.free_for(someone.kind)}
            for event in choices.other_dates(someone)
        ]


def _after_calling_off(roster, people):
    sentences = [
        _(
            "The site says at once that this date does not go ahead, and nobody can sign up or"
            " pay for it any more."
        )
    ]
    if people:
        sentences += _about_people(people)
    offers = roster.swap_offers.filter(state=SwapOffer.State.OPEN).count()
    if offers:
        sentences.append(
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
        *sentences,
        _("You can take it back until the day before the first day, for who has not chosen."),
    ]


def _about_people(people):
    return [
        _(
            "Everybody chooses on their own page: another date of this course for the same"
            " price, or everything that was paid comes back. You can do it for them as well,"
            " on the page of each."
        ),
        *_about_money(people),
        _(
            "A file in the mail takes the days out of their calendar. After %(days)s days who"
            " has not chosen gets one reminder, and is on your start page from then on."
        )
        % {"days": choices.REMIND_AFTER.days},
    ]


def _about_money(people):
    unpaid = sum(sign_up.state in SignUp.HELD for sign_up in people)
    if not unpaid:
        return []
    return [
        ngettext(
            "%(number)s person has no final place yet: nothing has to be paid, and the"
            " sign-up ends by itself if no other date is chosen within %(days)s days.",
            "%(number)s people have no final place yet: nothing has to be paid, and their"
            " sign-ups end by themselves if no other date is chosen within %(days)s days.",
            unpaid,
        )
        % {"number": unpaid, "days": choices.TIME_TO_CHOOSE.days},
        _(
            "A payment that is under way at the bank is stopped if it still can be. Money that"
            " arrives all the same is in the list of refunds, for you to decide."
        ),
    ]


CALL_OFF = Decision(
    name="call_off",
    do=go_no_go.call_off,
    applies=go_no_go.can_be_called_off,
    label=gettext_lazy("Do not let it go ahead"),
    question=gettext_lazy("Call this date off?"),
    consequences=_after_calling_off,
    form=ReasonForm,
    done=gettext_lazy("%(code)s is called off. People who get a mail to choose: %(number)s."),
    is_serious=True,
    mail="called_off",
)
