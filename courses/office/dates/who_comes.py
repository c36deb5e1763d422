"""The panel in the editor of a date that says how full the date is."""

from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.panels import Panel

from courses.models import Roster
from courses.office.dates import changes
from courses.office.rosters import decisions
from courses.office.rosters.listing import describe


class WhoComesPanel(Panel):
    """How full the date is, with links to its people."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/office/who_comes_panel.html"

        @cached_property
        def roster(self):
            key = self.instance.translation_key
            return Roster.objects.filter(translation_key=key).first() if key else None

        def is_shown(self):
            may_see = self.request.user.has_perm("courses.view_signup")
            return may_see and bool(self.instance.pk) and self.roster is not None

        def get_context_data(self, parent_context=None):
            [roster] = describe([self.roster])
            may_decide = self.request.user.has_perm("courses.change_roster")
            return super().get_context_data(parent_context) | {
                "roster": roster,
                "number": sum(row["number"] for row in roster.numbers),
                "notice": changes.untold_notice(roster, self.request.user),
                "decision": decisions.summary(roster, self.request.user),
                "people_url": reverse("rosters:people", args=[roster.pk]),
                "roster_url": reverse("rosters:edit", args=[roster.pk]) if may_decide else "",
            }
