"""Who is on the roster of one course date: the list that the office works in all day."""

from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.permission_policies import ModelPermissionPolicy

from courses.models import Roster, SignUp
from courses.office.lists.column_choice import ChooseColumnsView, ChosenFields, Link
from courses.office.people import bulk_verbs, fields
from courses.office.people.adding import AddView
from courses.office.people.bulk import BulkView
from courses.office.people.listing import PeopleFilterSet, PeopleIndexView
from courses.reading import events

LISTING = "rosters:people"
USUAL = ("state", "payment", "admission", "phone", "presence", "office_note")


class OneRosterMixin:
    """For a view below the address of one course group."""

    is_list = False

    @cached_property
    def roster(self):
        return get_object_or_404(Roster, pk=self.kwargs["pk"])

    @cached_property
    def event(self):
        return events.of_roster(self.roster)

    @property
    def back_url(self):
        return reverse("rosters:people", args=[self.roster.pk])

    def get_page_subtitle(self):
        return self.roster.code

    def get_breadcrumbs_items(self):
        may_decide = self.request.user.has_perm("courses.change_roster")
        group = reverse("rosters:edit", args=[self.roster.pk]) if may_decide else self.back_url
        items = [
            *self.breadcrumbs_items,
            {"url": reverse("rosters:index"), "label": _("Course groups")},
            {"url": group, "label": self.roster.code},
        ]
        if not self.is_list:
            items.append({"url": self.back_url, "label": _("Participants")})
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.roster.code}
        return [*items, here]

    @cached_property
    def chosen_fields(self):
        return ChosenFields(
            self.request.user,
            LISTING,
            [
                *fields.ABOUT_PERSON,
                *fields.STANDING,
                *fields.CONTACT,
                *fields.BUYER,
                fields.answers_of(self.roster),
                *fields.WRITTEN,
                *fields.AFTERWARDS,
                fields.presence_of(self.roster),
            ],
            USUAL,
        )


class RosterPeopleView(OneRosterMixin, PeopleIndexView):
    page_title = gettext_lazy("Participants")
    is_list = True
    filterset_class = PeopleFilterSet
    default_ordering = "last_name"
    paginate_by = 50
    bulk_verbs = bulk_verbs.OF_ROSTER

    def get_base_queryset(self):
        return super().get_base_queryset().filter(roster=self.roster)

    add_item_label = gettext_lazy("Add somebody")

    def get_add_url(self):
        if not self.user_has_permission("add"):
            return None
        return reverse("rosters:add_person", args=[self.roster.pk])

    def get_index_url(self):
        return self.back_url

    def get_index_results_url(self):
        return reverse("rosters:people_results", args=[self.roster.pk])

    @cached_property
    def links(self):
        may, code = self.request.user.has_perm, self.roster.code
        group = [
            ("messages", _("Mails"), "mail", may("mail.view_outgoingmail")),
            ("presence", _("Presence"), "check", may("courses.change_signup")),
            # On a phone this is where one reads whose list it is.
            ("edit", f"{_('Course group')} {code}", "calendar-alt", may("courses.change_roster")),
        ]
        found = [
            Link(label, reverse(f"rosters:{name}", args=[self.roster.pk]), icon)
            for name, label, icon, is_allowed in group
            if is_allowed
        ]
        return [*found, *super().links]

    @property
    def columns_url(self):
        return reverse("rosters:people_columns", args=[self.roster.pk])

    @property
    def bulk_url(self):
        return f"{self.back_url}bulk/"

    def get_filename(self):
        return f"deelnemers-{self.roster.code.lower()}"


class RosterColumnsView(OneRosterMixin, ChooseColumnsView):
    """Which columns the lists of all course groups have."""


class RosterBulkView(OneRosterMixin, BulkView):
    filterset_class = PeopleFilterSet

    def get_scope(self):
        return super().get_scope().filter(roster=self.roster)


def urlpatterns(construct_view):
    """Below the address of a course group; `construct_view` is the view set's."""
    common = {"permission_policy": ModelPermissionPolicy(SignUp), "header_icon": "group"}
    lists = common | {"model": SignUp, "inspect_url_name": "sign_ups:inspect"}
    verbs = [
        path(
            f"<int:pk>/people/bulk/{verb.slug}/",
            construct_view(RosterBulkView, **common, verb=verb),
            name=f"bulk_{verb.slug}",
        )
        for verb in bulk_verbs.OF_ROSTER
    ]
    return [
        path(
            "<int:pk>/people/add/",
            construct_view(AddView, permission_policy=common["permission_policy"]),
            name="add_person",
        ),
        path("<int:pk>/people/", construct_view(RosterPeopleView, **lists), name="people"),
        path(
            "<int:pk>/people/results/",
            construct_view(RosterPeopleView, **lists, results_only=True),
            name="people_results",
        ),
        path(
            "<int:pk>/people/columns/",
            construct_view(RosterColumnsView, **common),
            name="people_columns",
        ),
        *verbs,
    ]
