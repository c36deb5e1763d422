"""Moving a person to another date: choosing it, the price, and the move."""

from dataclasses import replace

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.form_fields import TextField
from courses.domain import invoices, moves, swaps
from courses.domain.seats import NoSeatError
from courses.models import Roster, SignUp
from courses.office.asking import NoForm, Verb
from courses.office.lists.events import roster_days_in_words
from courses.office.verbs.base import SignUpVerbView, mail_goes_to
from courses.reading import events, seats
from courses.values.money import format_euros

AGREED = "agreed"


def places_in_words(event, kind):
    """“3 places free”, or “full: 25 of 24 places taken”."""
    free = event.free_for(kind)
    if free > 0:
        return ngettext("%(number)s place free", "%(number)s places free", free) % {"number": free}
    taken = seats.taken([event.roster])
    fullest = max(taken[event.roster.pk, part.key] for part in event.parts_for(kind))
    return _("full: %(taken)s of %(capacity)s places taken") % {
        "taken": fullest,
        "capacity": event.capacity,
    }


def price_in_words(sign_up, event):
    """The price of the other date, compared with what was agreed."""
    price = event.price_for(sign_up.kind)
    if price is None:
        return _("price still to be told")
    if sign_up.price_cents is None or price == sign_up.price_cents:
        return format_euros(price)
    difference = price - sign_up.price_cents
    words = _("%(price)s: %(difference)s more than was agreed")
    if difference < 0:
        words = _("%(price)s: %(difference)s less than was agreed")
    return words % {"price": format_euros(price), "difference": format_euros(abs(difference))}


class MoveForm(NoForm):
    """The price, if there is a choice, and the reason for an extra seat, if the date is full."""

    price = forms.ChoiceField(
        label=gettext_lazy("Which price?"),
        widget=forms.RadioSelect,
        initial=AGREED,
        error_messages={
            "required": gettext_lazy("Choose the price."),
            "invalid_choice": gettext_lazy("This price has changed in the meantime. Choose anew."),
        },
    )
    reason = TextField(
        label=gettext_lazy("Why beyond capacity?"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("Your colleagues read it in the history of the sign-up."),
    )

    use_required_attribute = False

    def __init__(self, data=None, *, about, event):
        super().__init__(data, about=about)
        sign_up, self.event = about, event
        price = moves.new_price(sign_up, event)
        if price is None:
            del self.fields["price"]
        else:
            self.fields["price"].choices = _prices(sign_up, price)
        if event.free_for(sign_up.kind) > 0:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = _(
                "This date is full. Write why this person can come all the same."
            )

    def arguments(self):
        chosen = self.cleaned_data.get("price", AGREED)
        cents = None if chosen == AGREED else int(chosen.rpartition("-")[2])
        reason = self.cleaned_data.get("reason", "")
        return {"roster": self.event.roster, "price_cents": cents, "reason": reason}


def _prices(sign_up, price):
    """The choices of the price, each with its consequence."""
    words = {"price": format_euros(price)}
    words["difference"] = format_euros(abs(price - sign_up.price_cents))
    agreed = _("The price that was agreed: %(price)s") % {
        "price": format_euros(sign_up.price_cents)
    }
    if sign_up.paid_at is None:
        new = _("The price of the new date: %(price)s. That is what has to be paid from now on.")
    elif price < sign_up.price_cents:
        new = _("The price of the new date: %(price)s. %(difference)s goes back.")
    else:
        new = _(
            "The price of the new date: %(price)s. You have received the difference of"
            " %(difference)s at the bank."
        )
    return [(AGREED, agreed), (f"new-{price}", new % words)]


class MoveChoiceView(SignUpVerbView):
    """The dates to which this person can move, including full ones."""

    template_name = "courses/office/move_choice.html"
    http_method_names = ["get"]

    def get_context_data(self, **kwargs):
        sign_up = self.sign_up
        wished = set(sign_up.swap_wishes.values_list("pk", flat=True))
        rows = [
            {
                "roster": event.roster,
                "days": event.days_in_words_for(sign_up.kind),
                "places": places_in_words(event, sign_up.kind),
                "town": ", ".join(event.places),
                "is_full": event.free_for(sign_up.kind) <= 0,
                "price": price_in_words(sign_up, event),
                "is_wished": event.roster.pk in wished,
            }
            for event in moves.choices(sign_up)
        ]
        own = events.of_roster(sign_up.roster)
        return super().get_context_data(
            rows=rows, days=roster_days_in_words(sign_up.roster, own, sign_up.kind), **kwargs
        )


class MoveView(SignUpVerbView):
    """Asks for confirmation, with both dates next to each other."""

    template_name = "courses/office/move.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.roster = get_object_or_404(Roster, pk=self.kwargs["roster_pk"])

    @cached_property
    def event(self):
        return events.of_roster(self.roster)

    @cached_property
    def is_open(self):
        """Whether the date is another one, to which people of this kind can still move."""
        is_other = self.roster.pk != self.sign_up.roster_id
        return is_other and moves.is_possible(self.event, self.sign_up.kind)

    def is_possible(self):
        return self.is_open and super().is_possible()

    def refusal(self):
        if not self.is_open:
            return _("Nobody can move to %(date)s (any more).") % {"date": self.roster}
        return super().refusal()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"event": self.event}

    def ask_again(self, words):
        vars(self).pop("event", None)
        return super().ask_again(words)

    def consequences(self):
        return _after_moving(self.sign_up, self.event)

    def get_context_data(self, **kwargs):
        sign_up, event = self.sign_up, self.event
        own = events.of_roster(sign_up.roster)
        return super().get_context_data(
            former=roster_days_in_words(sign_up.roster, own, sign_up.kind),
            roster=self.roster,
            days=event.days_in_words_for(sign_up.kind),
            places=places_in_words(event, sign_up.kind),
            price=price_in_words(sign_up, event),
            **kwargs,
        )


def _after_moving(sign_up, event):
    former = {"code": sign_up.roster.code}
    sentences = [
        _("The place on %(code)s is free again for somebody else, at once.") % former,
        mail_goes_to(sign_up),
        _("The mail has the new days for the calendar; they replace those of before."),
    ]
    invoice = invoices.standing(sign_up)
    if invoice:
        sentences.append(
            _("For invoice %(number)s comes a credit note, and a new invoice with the new days.")
            % {"number": invoice.number}
        )
    offer = swaps.open_offer(sign_up)
    if offer:
        sentences.append(_("The offer of a place on %(date)s ends.") % {"date": offer.roster})
    if event.free_for(sign_up.kind) <= 0:
        sentences.append(
            _("There is no place on %(date)s: you let this person in beyond capacity.")
            % {"date": event.roster}
        )
    return sentences


MOVE = Verb(
    name="move",
    states=SignUp.LIVE,
    applies=moves.can_move,
    label=gettext_lazy("Move to another date"),
)
MOVE_TO = replace(
    MOVE,
    name="move_to",
    do=moves.move,
    question=gettext_lazy("Move this person?"),
    form=MoveForm,
    done=gettext_lazy("%(name)s has been moved."),
    refusals=(
        (NoSeatError, gettext_lazy("The last place has just gone. Nobody was moved.")),
        (moves.StalePriceError, gettext_lazy("The price has just changed. Nobody was moved.")),
        (
            moves.AlreadyThereError,
            gettext_lazy("This person has another sign-up on that date already."),
        ),
        (moves.GoneDateError, gettext_lazy("Nobody can move to that date any more.")),
    ),
)
