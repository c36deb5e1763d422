"""Swap wishes: people who would rather attend another date, and the places offered to them."""

from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from core.models import SiteSettings
from courses.domain import moves, seats, swaps
from courses.domain.transitions import WrongStateError
from courses.models import Roster, SignUp, SwapOffer
from courses.office.asking import Verb, VerbView
from courses.office.lists.events import add_days
from courses.office.pages import OfficeView

POLICY = ModelPermissionPolicy(SignUp)


def summary(roster, event, user):
    """The wishes and open offers for a date; None if the user may not see people."""
    if not POLICY.user_has_permission(user, "view"):
        return None
    people = swaps.wishers([roster])[roster.pk]
    return {
        "roster": roster,
        "people": _described(people, roster),
        "has_room": bool(people) and swaps.has_room(event),
        "offers": _open_offers(roster=roster),
        "may_offer": POLICY.user_has_permission(user, "change"),
    }


def number_of_matches():
    return sum(len(people) for _roster, people in swaps.all_matches())


def _described(people, roster):
    """The sign-ups with their `days`, and in `asked` the last offer of this date that failed."""
    if not people:
        return []
    earlier = roster.swap_offers.exclude(state=SwapOffer.State.OPEN).order_by("created_at")
    asked = {offer.sign_up_id: offer for offer in earlier}
    for sign_up in add_days(people):
        sign_up.asked = asked.get(sign_up.pk)
    return people


def _open_offers(**facts):
    found = SwapOffer.objects.filter(state=SwapOffer.State.OPEN, until__gt=timezone.now(), **facts)
    return found.select_related("sign_up", "roster", "left").order_by("until")


def _moment(value):
    return date_format(localtime(value), "j F Y H:i")


class SwapsView(OfficeView):
    """All dates with room that somebody wishes for, and the open offers."""

    permission_policy = POLICY
    permission_required = "view"
    page_title = gettext_lazy("Wishes for another date")
    header_icon = "resubmit"
    template_name = "courses/office/swaps.html"

    def get_context_data(self, **kwargs):
        found = [
            {"roster": roster, "people": _described(people, roster)}
            for roster, people in swaps.all_matches()
        ]
        return super().get_context_data(
            found=found,
            offers=_open_offers(),
            may_offer=POLICY.user_has_permission(self.request.user, "change"),
            may_see_rosters=self.request.user.has_perm("courses.view_roster"),
            **kwargs,
        )


class SwapVerbView(VerbView):
    """About a SwapOffer, which is not saved yet when it is to be made."""

    header_icon = "resubmit"

    @property
    def sign_up(self):
        return self.about.sign_up

    def post(self, request, *args, **kwargs):
        return self.act()  # without a check: the errors of the domain are more precise

    def ask_again(self, words):
        return self.refuse(words)  # the form has no fields to correct

    @cached_property
    def back_url(self):
        if self.request.user.has_perm("courses.change_roster"):
            return reverse("rosters:edit", args=[self.about.roster.pk])
        return reverse("swaps:index")

    def values(self):
        return {"name": self.sign_up.full_name, "date": self.about.roster}

    def get_ancestors(self):
        return [(SwapsView.page_title, reverse("swaps:index"))]


class OfferView(SwapVerbView):
    too_late = (WrongStateError,)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        roster = get_object_or_404(Roster, pk=self.kwargs["roster_pk"])
        people = SignUp.objects.select_related("roster")
        sign_up = get_object_or_404(people, pk=self.kwargs["sign_up_pk"])
        self.about = SwapOffer(sign_up=sign_up, roster=roster)

    def refusal(self):
        return (
            _(
                "%(name)s cannot be offered a place on %(date)s any more: it is full, or the wish"
                " or the sign-up has changed."
            )
            % self.values()
        )

    def finish(self, result, values):
        return super().finish(result, values | {"until": _moment(result.until)})


class WithdrawView(SwapVerbView):
    too_late = (swaps.OfferGoneError,)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        offers = SwapOffer.objects.select_related("sign_up__roster", "roster")
        self.about = get_object_or_404(offers, pk=self.kwargs["pk"])

    def refusal(self):
        self.about.refresh_from_db(fields=["state"])
        return _("This offer is over: “%(state)s”.") % {"state": self.about.get_state_display()}


def _offer(offer, *, by):
    return swaps.offer(offer.sign_up, offer.roster, by=by)


def _after_offering(offer):
    sign_up, days = offer.sign_up, SiteSettings.current().swap_offer_days
    return [
        _("%(name)s gets a mail at %(email)s with a link on which to say yes or no.")
        % {"name": sign_up.full_name, "email": sign_up.email},
        ngettext(
            "For %(days)s day a place in every part of %(date)s is kept; nobody else gets it.",
            "For %(days)s days a place in every part of %(date)s is kept; nobody else gets it.",
            days,
        )
        % {"days": days, "date": offer.roster},
        _(
            "After a yes the site moves all parts, the invoice and the calendar at once. The"
            " price stays as agreed, and the place on %(code)s is free again."
        )
        % {"code": sign_up.roster.code},
        _("After a no, or no answer, the offered place is free for the next."),
    ]


def _after_withdrawing(offer):
    name = {"name": offer.sign_up.full_name}
    return [
        _("The place on %(date)s is free again for somebody else, at once.")
        % {"date": offer.roster},
        _("%(name)s keeps the present place and the wish for this date.") % name,
        _("No mail is sent. %(name)s was mailed the offer: tell that it is over yourself.") % name,
    ]


OFFER = Verb(
    name="offer",
    do=_offer,
    applies=lambda offer: offer.sign_up in swaps.matches(offer.roster),
    label=gettext_lazy("Offer place"),
    question=gettext_lazy("Offer this person a place on the other date?"),
    consequences=_after_offering,
    done=gettext_lazy("A place on %(date)s is kept for %(name)s until %(until)s."),
    refusals=(
        (seats.NoSeatError, gettext_lazy("There is no place left on %(date)s.")),
        (
            moves.AlreadyThereError,
            gettext_lazy("%(name)s has another sign-up on that date already."),
        ),
    ),
)
WITHDRAW = Verb(
    name="withdraw",
    do=swaps.withdraw,
    states=(SwapOffer.State.OPEN,),
    label=gettext_lazy("Withdraw offer"),
    question=gettext_lazy("Take this offer back?"),
    consequences=_after_withdrawing,
    done=gettext_lazy("The offer to %(name)s is withdrawn."),
    is_serious=True,
)


class SwapViewSet(ViewSet):
    """Without a menu item: the start page and the course groups lead here."""

    name = "swaps"
    url_prefix = "swaps"
    icon = "resubmit"

    def get_urlpatterns(self):
        return [
            path("", SwapsView.as_view(), name="index"),
            path(
                "<int:roster_pk>/<int:sign_up_pk>/", OfferView.as_view(verb=OFFER), name=OFFER.name
            ),
            path(
                "offers/<int:pk>/withdraw/",
                WithdrawView.as_view(verb=WITHDRAW),
                name=WITHDRAW.name,
            ),
        ]
