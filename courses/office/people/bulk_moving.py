"""Moving several people to another date at once, each at the price that was agreed."""

from functools import cached_property

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from wagtail.models import Locale

from courses.domain import moves
from courses.domain.seats import NoSeatError
from courses.models import SignUp
from courses.office.asking import NoForm, Verb
from courses.office.verbs.moving import places_in_words
from courses.reading import events

COURSE = SignUp.Kind.COURSE


class DateForm(NoForm):
    """The date to which they move: another one of the same course that has not begun."""

    date = forms.ChoiceField(
        label=gettext_lazy("To which date?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a date."),
            "invalid_choice": gettext_lazy("Nobody can move to that date any more."),
        },
    )

    def __init__(self, data=None, *, about, event=None):
        super().__init__(data, about=about)
        self.event = event
        self.fields["date"].choices = [(code, self._label(e)) for code, e in self.others.items()]

    @cached_property
    def others(self):
        """{code: event} of the dates to which people can move."""
        if self.event is None:
            return {}
        found = events.not_over(locale=Locale.get_default(), course=self.event.course)
        return {
            event.code: event
            for event in found
            if event.code != self.event.code and moves.is_possible(event, COURSE)
        }

    @property
    def problem(self):
        return "" if self.others else _("There is no other date to which people can move.")

    def _label(self, event):
        facts = [event.days_in_words, ", ".join(event.places), places_in_words(event, COURSE)]
        return f"{event.code}: {'; '.join(fact for fact in facts if fact)}"

    def arguments(self):
        return {"event": self.others[self.cleaned_data["date"]]}


def _move(sign_up, *, by, event):
    return moves.move(sign_up, event.roster, by=by)


def _why_not_moved(sign_up, event=None):
    if not moves.can_move(sign_up):
        return _("can no longer move: the hold has lapsed, or there is a certificate")
    if event is not None and not moves.is_possible(event, sign_up.kind):
        return _("cannot come to that date")
    return ""


def _after_moving(people):
    return [
        _("Their places on this date are free again for others, at once."),
        _("Each of them keeps the price that was agreed."),
        _("Each of them gets a mail with the new days for the calendar. So agree on it first."),
        _("For an invoice that was sent comes a credit note, and a new invoice."),
        _("Nobody is let in beyond capacity: whoever finds no place stays where they are."),
    ]


MOVE = Verb(
    name="move",
    do=_move,
    states=SignUp.LIVE,
    why_not=_why_not_moved,
    label=gettext_lazy("Move to another date"),
    question=ngettext_lazy(
        "Move %(number)s person to another date?",
        "Move %(number)s people to another date?",
        "number",
    ),
    consequences=_after_moving,
    form=DateForm,
    done=ngettext_lazy(
        "%(number)s person has been moved.", "%(number)s people have been moved.", "number"
    ),
    refusals=(
        (NoSeatError, gettext_lazy("there is no place left on that date")),
        (moves.AlreadyThereError, gettext_lazy("has another sign-up on that date already")),
        (moves.GoneDateError, gettext_lazy("cannot come to that date")),
    ),
)
