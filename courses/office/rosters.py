"""Course groups: how full each date is, and the few things that staff decide about it."""

from collections import Counter, defaultdict

import django_filters
from django import forms
from django.contrib.auth.models import Permission
from django.db.models import Count, TextChoices
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

from courses.domain import rosters, seats
from courses.models import Roster, SignUp
from courses.office import changes, presence, swaps
from courses.office.certificates import CertificatesView
from courses.office.columns import StateColumn
from courses.office.events import days_in_words, events_by_key

LIVE_STATES = (SignUp.State.CONFIRMED, SignUp.State.AWAITING_PAYMENT, SignUp.State.REVIEW)


def describe(found):
    """Give each roster its `days`, `parts` with seats taken, and `numbers` per state."""
    found = list(found)
    today = timezone.localdate()
    events = events_by_key(found)
    taken = seats.taken(found)
    numbers = defaultdict(Counter)
    counted = SignUp.objects.filter(roster__in=found, state__in=LIVE_STATES).order_by()
    for roster_id, state, number in counted.values_list("roster", "state").annotate(Count("pk")):
        numbers[roster_id][state] = number
    for roster in found:
        event = events.get(roster.translation_key)
        roster.event = event
        roster.days = days_in_words(roster, event)
        roster.parts = [
            {"label": part.name, "taken": taken[roster.pk, part.key]}
            for part in (event.parts if event else ())
        ]
        roster.fullest = max((part["taken"] for part in roster.parts), default=0)
        roster.is_coming = roster.first_day > today
        roster.below_minimum = roster.is_coming and roster.fullest < roster.minimum
        roster.numbers = [
            {"state": state, "label": state.label, "number": numbers[roster.pk][state]}
            for state in LIVE_STATES
            if numbers[roster.pk][state]
        ]
    return found


class When(TextChoices):
    COMING = "coming", gettext_lazy("Coming")
    BEGUN = "begun", gettext_lazy("Begun or over")


class RosterFilterSet(WagtailFilterSet):
    when = django_filters.ChoiceFilter(
        label=gettext_lazy("When"),
        choices=When.choices,
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("All"),
        method="filter_when",
    )
    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"),
        choices=Roster.State.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Roster
        fields = ["when", "state"]

    def filter_when(self, queryset, name, value):
        today = timezone.localdate()
        if value == When.COMING:
            return queryset.filter(first_day__gte=today)
        return queryset.filter(first_day__lt=today)


class SeatsColumn(Column):
    cell_template_name = "courses/office/seats_cell.html"


class NumbersColumn(Column):
    cell_template_name = "courses/office/numbers_cell.html"


class DecisionsColumn(StateColumn):
    """The state, and what staff let the site say instead of the count: it is easily forgotten."""

    cell_template_name = "courses/office/decisions_cell.html"


class RosterIndexView(IndexView):
    any_permission_required = ["view"]
    page_title = gettext_lazy("Course groups")
    is_searchable = True
    search_fields = ["code", "title", "course_title"]

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

    def get_table(self, object_list):
        return super().get_table(describe(object_list))

    @cached_property
    def no_results_message(self):
        if self.is_searching or self.is_filtering:
            return _("No course group found. Search for less, or remove a filter.")
        return _("There are no course groups yet. Publish a course date and its group is here.")


class RosterForm(forms.ModelForm):
    class Meta:
        model = Roster
        fields = ["state", "availability_override"]
        widgets = {"state": forms.RadioSelect, "availability_override": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["availability_override"].choices = [
            ("", _("Nothing: count the free places")),
            *Roster.Override.choices,
        ]

    @property
    def calls_off(self):
        return (
            "state" in self.changed_data and self.cleaned_data["state"] == Roster.State.CALLED_OFF
        )


class RosterEditView(EditView):
    template_name = "courses/office/roster.html"
    success_message = gettext_lazy("Saved: %(object)s.")

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": _("Course groups")},
            {"url": "", "label": self.object.code},
        ]

    def form_valid(self, form):
        if form.calls_off and "confirmed" not in self.request.POST:
            return self.ask_first(form)
        return super().form_valid(form)

    def ask_first(self, form):
        self.form = form
        [roster] = describe([Roster.objects.get(pk=self.object.pk)])
        context = super().get_context_data() | {"roster": roster, "data": form.cleaned_data}
        return render(self.request, "courses/office/confirm_call_off.html", context)

    def save_instance(self):
        decided = rosters.decide(self.object, **self.form.cleaned_data)
        log(instance=decided, action="wagtail.edit", content_changed=self.form.has_changed())
        return decided

    def get_context_data(self, **kwargs):
        [roster] = describe([self.object])
        may_see_people = self.request.user.has_perm("courses.view_signup")
        people = reverse("sign_ups:index") if may_see_people else ""
        return super().get_context_data(
            roster=roster,
            sign_ups_url=f"{people}?roster={roster.pk}" if people else "",
            page_url=_page_url(roster, self.request.user),
            notice=changes.notice(roster, self.request.user),
            swaps=swaps.of_roster(roster, self.request.user),
            presence=presence.summary(roster, roster.event, self.request.user),
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


class RosterViewSet(ModelViewSet):
    """Rosters come and stay by themselves: nothing to add, copy or delete."""

    model = Roster
    name = "rosters"
    icon = "calendar-alt"
    menu_label = gettext_lazy("Course groups")
    menu_order = 120
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    list_per_page = 50
    ordering = "-first_day"
    filterset_class = RosterFilterSet
    index_view_class = RosterIndexView
    edit_view_class = RosterEditView

    def get_form_class(self, for_update=False):
        return RosterForm

    def get_common_view_kwargs(self, **kwargs):
        absent = ("add", "delete", "usage")
        return super().get_common_view_kwargs(
            **{f"{name}_url_name": None for name in absent}, **kwargs
        )

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", self.edit_view, name="edit"),
            *[
                path(
                    f"<int:pk>/{name}/",
                    self.construct_view(view, permission_policy=ModelPermissionPolicy(SignUp)),
                    name=name,
                )
                for name, view in PEOPLE_VIEWS.items()
            ],
            path("<int:pk>/history/", self.history_view, name="history"),
            path("<int:pk>/history-results/", self.history_results_view, name="history_results"),
        ]

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="courses", codename__in=["view_roster", "change_roster"]
        )
