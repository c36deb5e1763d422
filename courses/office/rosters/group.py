"""What the pages of a course group have in common."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses.models import Roster
from courses.office.pages import BreadcrumbsMixin, OfficeView
from courses.reading import events


class GroupMixin(BreadcrumbsMixin):
    """For a view below the address of a course group."""

    @cached_property
    def roster(self):
        return get_object_or_404(Roster, pk=self.kwargs["pk"])

    @cached_property
    def event(self):
        return events.of_roster(self.roster)

    @property
    def group_url(self):
        """The page of the group, or its participants for users who cannot change groups."""
        may_change = self.request.user.has_perm("courses.change_roster")
        return reverse(f"rosters:{'edit' if may_change else 'people'}", args=[self.roster.pk])

    def get_page_subtitle(self):
        return self.roster.code

    def get_ancestors(self):
        return [
            (_("Course groups"), reverse("rosters:index")),
            (self.roster.code, self.group_url),
        ]


class GroupView(GroupMixin, OfficeView):
    """A page about the people of a course group."""

    permission_required = "change"
    http_method_names = ["get", "post"]

    @property
    def back_url(self):
        return self.group_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(roster=self.roster, back_url=self.back_url, **kwargs)
