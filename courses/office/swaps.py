"""Other dates: who would rather come when there is room, offered with one click."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from core.models import SiteSettings
from courses.domain import moves, seats, swaps
from courses.domain.transitions import WrongStateError
from courses.models import Roster, SignUp, SwapOffer
from courses.office.lists.asking import AskingView
from courses.office.lists.events import add_days

MAY = ModelPermissionPolicy(SignUp)


def of_roster(roster, event, user):
    """Who wishes for this date and to whom it is offered; None for who may not see people."""
    if not MAY.user_has_permission(user, "view"):
        return None
    people = swaps.wishers([roster])[roster.pk]
    return {
        "roster": roster,
        "people": _described(people, roster),
        "has_room": bool(people) and swaps.has_room(event),
        "offers": _open_offers(roster=roster),
        "may_offer": MAY.user_has_permission(user, "change"),
    }


def number_of_matches():
    return sum(len(people) for _roster, people in swaps.all_matches())


def _described(people, roster):
    """The sign-ups with their `days`, and `asked`: when this date was offered before, in vain."""
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


class SwapsView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """All dates with room that somebody would rather come to, and the offers that stand."""

    permission_policy = MAY
    permission_required = "view"
    page_title = gettext_lazy("Wishes for another date")
    header_icon = "resubmit"
    template_name = "courses/office/swaps.html"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        found = [
            {"roster": roster, "people": _described(people, roster)}
            for roster, people in swaps.all_matches()
        ]
        return super().get_context_data(
            found=found,
            offers=_open_offers(),
            may_offer=MAY.user_has_permission(self.request.user, "change"),
            may_see_rosters=self.request.user.has_perm("courses.view_roster"),
            **kwargs,
        )


class ConfirmView(AskingView):
    """With `sign_up`, `roster` and `verb`."""

    permission_policy = MAY
    header_icon = "resubmit"
    verb = {}

    def dispatch(self, request, *args, **kwargs):
        self.find()
        if not MAY.user_has_permission_for_instance(request.user, "change", self.sign_up):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def back_url(self):
        if self.request.user.has_perm("courses.change_roster"):
            return reverse("rosters:edit", args=[self.roster.pk])
        return reverse("swaps:index")

    def get_page_title(self):
        return self.verb["label"]

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("swaps:index"), "label": SwapsView.page_title},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(verb=self.verb, consequences=self.consequences(), **kwargs)


class OfferView(ConfirmView):
    verb = {
        "label": gettext_lazy("Offer place"),
        "question": gettext_lazy("Offer this person a place on the other date?"),
    }

    def find(self):
        self.roster = get_object_or_404(Roster, pk=self.kwargs["roster_pk"])
        people = SignUp.objects.select_related("roster")
        self.sign_up = get_object_or_404(people, pk=self.kwargs["sign_up_pk"])

    def get(self, request, *args, **kwargs):
        if self.sign_up not in swaps.matches(self.roster):
            return self.refuse(self.too_late())
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            made = swaps.offer(self.sign_up, self.roster, by=request.user)
        except seats.NoSeatError:
            return self.refuse(_("There is no place left on %(date)s.") % {"date": self.roster})
        except moves.AlreadyThereError:
            return self.refuse(
                _("%(name)s has another sign-up on that date already.")
                % {"name": self.sign_up.full_name}
            )
        except WrongStateError:
            return self.refuse(self.too_late())
        return self.done(
            _("A place on %(date)s is kept for %(name)s until %(until)s.")
            % {
                "date": self.roster,
                "name": self.sign_up.full_name,
                "until": _moment(made.until),
            }
        )

    def too_late(self):
        return _(
            "%(name)s cannot be offered a place on %(date)s any more: it is full, or the wish or"
            " the sign-up has changed."
        ) % {"name": self.sign_up.full_name, "date": self.roster}

    def consequences(self):
        days = SiteSettings.current().swap_offer_days
        return [
            _("%(name)s gets a mail at %(email)s with a link on which to say yes or no.")
            % {"name": self.sign_up.full_name, "email": self.sign_up.email},
            ngettext(
                "For %(days)s day a place in every part of %(date)s is kept; nobody else gets it.",
                "For %(days)s days a place in every part of %(date)s is kept; nobody else gets it.",
                days,
            )
            % {"days": days, "date": self.roster},
            _(
                "After a yes the site moves all parts, the invoice and the calendar at once. The"
                " price stays as agreed, and the place on %(code)s is free again."
            )
            % {"code": self.sign_up.roster.code},
            _("After a no, or no answer, the offered place is free for the next."),
        ]


class WithdrawView(ConfirmView):
    verb = {
        "label": gettext_lazy("Withdraw offer"),
        "question": gettext_lazy("Take this offer back?"),
        "is_serious": True,
    }

    def find(self):
        offers = SwapOffer.objects.select_related("sign_up__roster", "roster")
        self.offer = get_object_or_404(offers, pk=self.kwargs["pk"])
        self.sign_up, self.roster = self.offer.sign_up, self.offer.roster

    def get(self, request, *args, **kwargs):
        if self.offer.state != SwapOffer.State.OPEN:
            return self.refuse(self.too_late())
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            swaps.withdraw(self.offer, by=request.user)
        except swaps.OfferGoneError:
            self.offer.refresh_from_db()
            return self.refuse(self.too_late())
        return self.done(
            _("The offer to %(name)s is withdrawn.") % {"name": self.sign_up.full_name}
        )

    def too_late(self):
        return _("This offer is over: “%(state)s”.") % {"state": self.offer.get_state_display()}

    def consequences(self):
        return [
            _("The place on %(date)s is free again for somebody else, at once.")
            % {"date": self.roster},
            _("%(name)s keeps the present place and the wish for this date.")
            % {"name": self.sign_up.full_name},
            _("No mail is sent. %(name)s was mailed the offer: tell that it is over yourself.")
            % {"name": self.sign_up.full_name},
        ]


class SwapViewSet(ViewSet):
    """No menu item of its own: the start page and the course groups lead here."""

    name = "swaps"
    url_prefix = "swaps"
    icon = "resubmit"

    def get_urlpatterns(self):
        return [
            path("", SwapsView.as_view(), name="index"),
            path("<int:roster_pk>/<int:sign_up_pk>/", OfferView.as_view(), name="offer"),
            path("offers/<int:pk>/withdraw/", WithdrawView.as_view(), name="withdraw"),
        ]
