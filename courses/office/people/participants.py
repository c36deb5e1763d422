"""The list of the participants of one course group."""

from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.permission_policies import ModelPermissionPolicy

from courses.models import SignUp
from courses.office.lists.column_choice import ChooseColumnsView, ChosenFields, Link
from courses.office.people import bulk_verbs, fields
from courses.office.people.adding import AddView
from courses.office.people.bulk import BulkView, ExportView, MailView
from courses.office.people.listing import PeopleFilterSet, PeopleIndexView
from courses.office.rosters.group import GroupMixin

LISTING = "rosters:people"
USUAL = ("state", "payment", "admission", "phone", "presence", "office_note")


class ParticipantsMixin(GroupMixin):
    """For the list of the participants of a course group, and the pages below its address."""

    @property
    def list_url(self):
        return reverse("rosters:people", args=[self.roster.pk])

    def get_ancestors(self):
        return [*super().get_ancestors(), (_("Participants"), self.list_url)]

    def get_breadcrumb(self):
        return super().get_breadcrumb() | {"sublabel": self.roster.code}

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


class RosterPeopleView(ParticipantsMixin, PeopleIndexView):
    page_title = gettext_lazy("Participants")
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

    def get_ancestors(self):
        return GroupMixin.get_ancestors(self)

    def get_index_url(self):
        return self.list_url

    def get_index_results_url(self):
        return reverse("rosters:people_results", args=[self.roster.pk])

    @cached_property
    def links(self):
        may = self.request.user.has_perm
        # On a phone only this link says which group it is.
        this_group = " ".join([_("Course group"), self.roster.code])
        group = [
            ("messages", _("Mails"), "mail", may("mail.view_outgoingmail")),
            ("presence", _("Presence"), "check", may("courses.change_signup")),
            ("edit", this_group, "calendar-alt", may("courses.change_roster")),
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
        return f"{self.list_url}bulk/"

    def get_filename(self):
        return f"deelnemers-{self.roster.code.lower()}"


class RosterColumnsView(ParticipantsMixin, ChooseColumnsView):
    """The columns of the lists of all course groups."""


class RosterSelectionMixin(ParticipantsMixin):
    filterset_class = PeopleFilterSet

    def get_scope(self):
        return super().get_scope().filter(roster=self.roster)


class RosterBulkView(RosterSelectionMixin, BulkView):
    """A verb about several people of a course group."""


class RosterMailView(RosterSelectionMixin, MailView):
    """A mail to several people of a course group."""


class RosterExportView(RosterSelectionMixin, ExportView):
    """An export of several people of a course group."""


BULK_VIEWS = {bulk_verbs.MAIL.name: RosterMailView, bulk_verbs.EXPORT.name: RosterExportView}


def urlpatterns(construct_view):
    """The addresses below that of a course group. `construct_view` is that of the view set."""
    common = {"permission_policy": ModelPermissionPolicy(SignUp), "header_icon": "group"}
    lists = common | {"model": SignUp, "inspect_url_name": "sign_ups:inspect"}
    verbs = [
        path(
            f"<int:pk>/people/bulk/{verb.slug}/",
            construct_view(BULK_VIEWS.get(verb.name, RosterBulkView), **common, verb=verb),
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
