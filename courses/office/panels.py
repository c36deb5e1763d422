"""What the office sees on the start page of the CMS."""

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from courses.domain import changes
from courses.models import SignUp
from courses.office import refunds, swaps


class OfficePanel(Component):
    """On the start page: what waits, each with a link to the list of exactly those."""

    name = "office"
    order = 50
    template_name = "courses/office/home_panel.html"

    def get_context_data(self, parent_context):
        today = timezone.localdate()
        monday = today - timedelta(days=today.weekday())
        waiting = self._item(_("waiting for your decision"), state=SignUp.State.REVIEW)
        unpaid = self._item(_("not paid yet"), state=SignUp.State.AWAITING_PAYMENT)
        new = {
            "label": _("new this week"),
            "number": SignUp.objects.filter(created_at__gte=_start_of(monday)).count(),
            "url": _list(created_at_from=monday.isoformat()),
        }
        fitting = {
            "label": _("wishes for another date that fit"),
            "number": swaps.number_of_matches(),
            "url": reverse("swaps:index"),
        }
        may_tell = parent_context["request"].user.has_perm("courses.change_signup")
        untold = self._untold() if may_tell else []
        to_do = [waiting, unpaid, *self._money(parent_context), fitting, *untold]
        return {
            "items": [*to_do, new],
            "nothing_to_do": not any(item["number"] for item in to_do),
        }

    def _money(self, parent_context):
        if not parent_context["request"].user.has_perm("courses.view_refund"):
            return []
        return [
            {
                "label": _("to be paid back or decided"),
                "number": refunds.number_undecided(),
                "url": reverse("refunds:index"),
            }
        ]

    def _untold(self):
        """Changed dates about which people have not been told: the link goes to the first."""
        rosters = changes.rosters_to_tell()
        if not rosters:
            return []
        label = ngettext(
            "changed date to tell people about", "changed dates to tell people about", len(rosters)
        )
        url = reverse("rosters:tell", args=[rosters[0].pk])
        return [{"label": label, "number": len(rosters), "url": url}]

    def _item(self, label, **filters):
        number = SignUp.objects.filter(**filters).count()
        return {"label": label, "number": number, "url": _list(**filters)}


def _start_of(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _list(**filters):
    return f"{reverse('sign_ups:index')}?{urlencode(filters)}"
