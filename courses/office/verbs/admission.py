"""Admitting a person, or not."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from core.models import SiteSettings
from courses.domain import admission
from courses.models import Roster, SignUp
from courses.office.asking import Verb
from courses.office.people import money
from courses.office.people.explaining import RefusalForm
from courses.office.verbs.base import (
    SignUpVerbView,
    mail_goes_to,
    no_way_back,
    seat_is_freed,
)
from courses.values.money import format_euros


def _after_accepting(sign_up):
    days = SiteSettings.current().hold_days
    if sign_up.price_cents is None:
        waits = _(
            "With a price the place is held for %(days)s more days while the site waits for the"
            " money; without one it is final at once."
        ) % {"days": days}
    elif sign_up.price_cents:
        waits = _(
            "The place is held for %(days)s more days while the site waits for %(price)s."
        ) % {"days": days, "price": format_euros(sign_up.price_cents)}
    else:
        waits = _("There is nothing to pay, so the place is final at once.")
    return [waits, mail_goes_to(sign_up)]


def _after_declining(sign_up):
    return [seat_is_freed(), mail_goes_to(sign_up), no_way_back()]


class JudgeView(SignUpVerbView):
    """Afterwards staff can go on to the next person who waits, soonest due first."""

    def finish(self, result, values):
        waiting = SignUp.objects.filter(state=SignUp.State.REVIEW, forgotten_at=None)
        following = waiting.exclude(pk=self.sign_up.pk).order_by("hold_until", "pk")
        buttons = []
        if found := following.first():
            label = _("Next who waits (%(number)s)") % {"number": following.count()}
            url = reverse("sign_ups:inspect", args=[found.pk])
            buttons = [messages.button(url, label)]
        messages.success(self.request, self.verb.done % values, buttons=buttons)
        return redirect(self.back_url)


VERBS = (
    Verb(
        name="accept",
        states=(SignUp.State.REVIEW,),
        do=admission.admit,
        label=gettext_lazy("Admit"),
        question=gettext_lazy("Admit this person?"),
        done=gettext_lazy("%(name)s has been admitted."),
        consequences=_after_accepting,
        form=money.PriceForm,
        applies=lambda sign_up: sign_up.roster.state != Roster.State.CALLED_OFF,
    ),
    Verb(
        name="decline",
        states=(SignUp.State.REVIEW,),
        do=admission.decline,
        label=gettext_lazy("Do not admit"),
        question=gettext_lazy("Refuse this person?"),
        done=gettext_lazy("%(name)s has not been admitted."),
        consequences=_after_declining,
        is_serious=True,
        form=RefusalForm,
    ),
)
