"""Course groups: how full each date is, and the few things that staff decide about it."""

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, When
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import EditView, IndexView
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

from core.folding import FoldedSearchMixin
from courses.domain import go_no_go, rosters
from courses.models import Roster, SignUp
from courses.office import swaps
from courses.office.dates import changes, new_dates
from courses.office.lists.columns import NumbersColumn, StateColumn
from courses.office.lists.events import events_by_key, roster_days_in_words
from courses.office.lists.viewsets import ListViewSet
from courses.office.messages import urls as message_urls
from courses.office.people import of_roster
from courses.office.rosters import decisions, documents, meter, presence
from courses.office.rosters.certificates import CertificatesView
from courses.office.rosters.forms import RosterFilterSet, RosterForm
from courses.office.rosters.go_no_go import VIEWS as DECISIONS

LIVE_STATES = (SignUp.State.CONFIRMED, SignUp.State.AWAITING_PAYMENT, SignUp.State.REVIEW)


def describe(found):
    """Give each roster its `days`, `parts` with seats taken, `meter`, `numbers` per state and the
    day to `decide_on` whether it goes ahead, as long as that is open.
    """
    found = list(found)
    today = timezone.localdate()
    events = events_by_key(found)
    meters, numbers = meter.with_numbers(found)
    decide_on = go_no_go.decision_days(found)
    for roster in found:
        event = events.get(roster.translation_key)
        roster.event = event
        roster.days = roster_days_in_words(roster, event)
        roster.parts = [
            {"label": part.name, "taken": part.taken} for part in (event.parts if event else ())
        ]
        roster.meter = meters[roster.pk]
        roster.is_coming = roster.first_day > today
        roster.decide_on = decide_on.get(roster.pk) if roster.is_coming else None
        roster.numbers = [
            {"state": state, "label": state.label, "number": numbers[roster.pk][state]}
            for state in LIVE_STATES
            if numbers[roster.pk][state]
        ]
    return found


class SeatsColumn(Column):
    cell_template_name = "courses/office/seats_cell.html"


class DecisionsColumn(StateColumn):
    """The state, and what staff let the site say instead of the count: it is easily forgotten."""

    cell_template_name = "courses/office/decisions_cell.html"


class RosterIndexView(FoldedSearchMixin, IndexView):
    any_permission_required = ["view"]
    page_title = gettext_lazy("Course groups")
    is_searchable = True
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
        """What comes next is on top, and below it the latest of those that are over."""
        if "ordering" in self.request.GET:
            return super().order_queryset(queryset)
        is_coming = Q(last_day__gte=timezone.localdate())
        return queryset.order_by(
            Case(When(is_coming, then="first_day")).asc(nulls_last=True), "-first_day", "code"
        )

    def get_table(self, object_list):
        return super().get_table(describe(object_list))

    @cached_property
    def no_results_message(self):
        if self.is_searching or self.is_filtering:
            return _("No course group found. Search for less, or remove a filter.")
        return _("There are no course groups yet. Publish a course date and its group is here.")


class RosterEditView(EditView):
    """For who may only look without the form: how full a date is, not who comes."""

    permission_required = None
    any_permission_required = ["change", "view"]
    template_name = "courses/office/roster.html"
    success_message = gettext_lazy("Saved: %(object)s.")

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": _("Course groups")},
            {"url": "", "label": self.object.code},
        ]

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
        return super().get_context_data(
            roster=roster,
            may_change=self.user_has_permission("change"),
            people_url=people,
            page_url=_page_url(roster, self.request.user),
            notice=changes.notice(roster, self.request.user),
            decision=decisions.of_roster(roster, self.request.user),
            swaps=swaps.of_roster(roster, roster.event, self.request.user),
            presence=presence.summary(roster, roster.event, self.request.user),
            papers=documents.block(roster, roster.event, self.request.user),
            **kwargs,
        )


def _page_url(roster, user):
    event = roster.event
    if event is None:
        return ""
    if event.facts.permissions_for_user(user).can_edit():
        return reverse("wagtailadmin_pages:edit", args=[event.facts.pk])
    return event.url if event.facts.live else ""


# These are about the people of the group, and allowed to who may change sign-ups.
PEOPLE_VIEWS = {
    "tell": changes.TellView,
    "presence": presence.PresenceView,
    "certificates": CertificatesView,
}


class RosterViewSet(ListViewSet):
    """Rosters come and stay by themselves: nothing to add, copy or delete."""

    absent = ("add", "delete", "usage")
    model = Roster
    name = "rosters"
    icon = "calendar-alt"
    menu_label = gettext_lazy("Course groups")
    menu_order = 120
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    list_per_page = 25
    ordering = "first_day"
    filterset_class = RosterFilterSet
    index_view_class = RosterIndexView
    edit_view_class = RosterEditView

    def get_form_class(self, for_update=False):
        return RosterForm

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
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
            *of_roster.urlpatterns(self.construct_view),
            *[
                path(f"<int:pk>/{name}/", self.construct_view(view), name=name.replace("-", "_"))
                for name, view in DECISIONS.items()
            ],
            path("<int:pk>/history/", self.history_view, name="history"),
            path("<int:pk>/history-results/", self.history_results_view, name="history_results"),
        ]

    def _construct_people_view(self, view):
        return self.construct_view(view, permission_policy=ModelPermissionPolicy(SignUp))

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="courses", codename__in=["view_roster", "change_roster"]
        )
