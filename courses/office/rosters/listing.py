"""The list of course groups, and the page of one."""

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, When
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import EditView
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

from courses.domain import go_no_go, rosters
from courses.models import Roster, SignUp
from courses.office import swaps
from courses.office.dates import changes, new_dates
from courses.office.lists.columns import NumbersColumn, StateColumn
from courses.office.lists.events import events_by_key, roster_days_in_words
from courses.office.lists.viewsets import ListView, ListViewSet
from courses.office.pages import BreadcrumbsMixin
from courses.office.people import participants
from courses.office.roster_messages import urls as message_urls
from courses.office.rosters import decisions, documents, meter, presence
from courses.office.rosters.call_off import CALL_OFF, CallOffView
from courses.office.rosters.certificates import CertificatesView
from courses.office.rosters.forms import RosterFilterSet, RosterForm
from courses.office.rosters.go_no_go import GO_AHEAD, TAKE_BACK, DecisionView


def describe(found):
    """Set what lists and pages show of a roster on each: `event`, `days`, `parts` with seats taken,
    `meter`, `numbers` per state, and the day to `decide_on` while that is to come.
    """
    found = list(found)
    today = timezone.localdate()
    events = events_by_key(found)
    meters, numbers = meter.meters_and_numbers_of(found)
    decide_on = go_no_go.decision_days(found)
    for roster in found:
        event = events.get(roster.translation_key)
        roster.event = event
        roster.page_is_gone = event is None and not rosters.has_page(roster)
        roster.days = roster_days_in_words(roster, event)
        roster.parts = [
            {"label": part.name, "taken": part.taken} for part in (event.parts if event else ())
        ]
        roster.meter = meters[roster.pk]
        roster.is_coming = roster.first_day > today
        roster.decide_on = decide_on.get(roster.pk) if roster.is_coming else None
        roster.numbers = meter.by_state(numbers[roster.pk], reversed(SignUp.LIVE))
    return found


class SeatsColumn(Column):
    cell_template_name = "courses/office/seats_cell.html"


class DecisionsColumn(StateColumn):
    """The state, and the availability that staff override, which is easily forgotten."""

    cell_template_name = "courses/office/decisions_cell.html"


class RosterIndexView(ListView):
    page_title = gettext_lazy("Course groups")
    nothing_yet = gettext_lazy(
        "There are no course groups yet. Publish a course date and its group is here."
    )
    nothing_found = gettext_lazy("No course group found. Search for less, or remove a filter.")
    search_fields = ["code", "title", "course_title"]

    @cached_property
    def header_buttons(self):
        return [*super().header_buttons, *new_dates.header_buttons(self.request.user)]

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "code",
                label=gettext_lazy("Code"),
                get_url=self.get_edit_url,
                sort_key="code",
                classname="office-code",
            ),
            Column("title", label=gettext_lazy("Title"), classname="office-aside"),
            Column("days", label=gettext_lazy("Days"), sort_key="first_day"),
            DecisionsColumn("state", label=gettext_lazy("State"), sort_key="state"),
            SeatsColumn("parts", label=gettext_lazy("Places taken")),
            NumbersColumn("numbers", label=gettext_lazy("Sign-ups")),
        ]

    def order_queryset(self, queryset):
        """The next date first; after the dates to come, those that are over, latest first."""
        if "ordering" in self.request.GET:
            return super().order_queryset(queryset)
        is_coming = Q(last_day__gte=timezone.localdate())
        return queryset.order_by(
            Case(When(is_coming, then="first_day")).asc(nulls_last=True), "-first_day", "code"
        )

    def get_table(self, object_list):
        return super().get_table(describe(object_list))


class RosterEditView(BreadcrumbsMixin, EditView):
    """Without the form for users who may only view: how full the date is, not who comes."""

    permission_required = None
    any_permission_required = ["change", "view"]
    template_name = "courses/office/roster.html"
    success_message = gettext_lazy("Saved: %(object)s.")

    def get_ancestors(self):
        return [(_("Course groups"), reverse("rosters:index"))]

    def get_breadcrumb(self):
        return {"url": "", "label": self.object.code}

    def post(self, request, *args, **kwargs):
        if not self.user_has_permission("change"):
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def save_instance(self):
        decided = rosters.set_availability(self.object, **self.form.cleaned_data)
        log(instance=decided, action="wagtail.edit", content_changed=self.form.has_changed())
        return decided

    def get_context_data(self, **kwargs):
        [roster] = describe([self.object])
        may_see_people = self.request.user.has_perm("courses.view_signup")
        people = reverse("rosters:people", args=[roster.pk]) if may_see_people else ""
        were_there = presence.summary(roster, roster.event, self.request.user)
        named = were_there["people"] if were_there else ()
        return super().get_context_data(
            roster=roster,
            may_change=self.user_has_permission("change"),
            people_url=people,
            page_url=_page_url(roster, self.request.user),
            notice=changes.untold_notice(roster, self.request.user),
            decision=decisions.summary(roster, self.request.user),
            swaps=swaps.summary(roster, roster.event, self.request.user),
            presence=were_there,
            papers=documents.summary(roster, roster.event, self.request.user, named),
            **kwargs,
        )


def _page_url(roster, user):
    event = roster.event
    if event is None:
        return ""
    if event.facts.permissions_for_user(user).can_edit():
        return reverse("wagtailadmin_pages:edit", args=[event.facts.pk])
    return event.url if event.facts.live else ""


# About the people of the group: these need permissions on sign-ups instead of rosters.
PEOPLE_VIEWS = {
    "tell": changes.TellView,
    "presence": presence.PresenceView,
    "certificates": CertificatesView,
}


DECISIONS = ((GO_AHEAD, DecisionView), (CALL_OFF, CallOffView), (TAKE_BACK, DecisionView))


class RosterViewSet(ListViewSet):
    """Rosters are made when a date is published, and stay."""

    absent = ("add", "delete", "usage")
    model = Roster
    name = "rosters"
    icon = "calendar-alt"
    menu_label = gettext_lazy("Course groups")
    menu_order = 120
    add_to_admin_menu = True
    list_per_page = 25
    ordering = "first_day"
    filterset_class = RosterFilterSet
    index_view_class = RosterIndexView
    edit_view_class = RosterEditView
    rights = ("view_roster", "change_roster")

    def get_form_class(self, for_update=False):
        return RosterForm

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", self.edit_view, name="edit"),
            *[
                path(
                    f"<int:pk>/{name}/",
                    self._construct_people_view(view),
                    name=name,
                )
                for name, view in PEOPLE_VIEWS.items()
            ],
            *message_urls.urlpatterns(self._construct_people_view),
            *documents.urlpatterns(self._construct_people_view),
            *participants.urlpatterns(self.construct_view),
            *[
                path(f"<int:pk>/{verb.slug}/", self.construct_view(view, verb=verb), name=verb.name)
                for verb, view in DECISIONS
            ],
            path("<int:pk>/history/", self.history_view, name="history"),
            path("<int:pk>/history-results/", self.history_results_view, name="history_results"),
        ]

    def _construct_people_view(self, view):
        return self.construct_view(view, permission_policy=ModelPermissionPolicy(SignUp))
