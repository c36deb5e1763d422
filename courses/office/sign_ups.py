"""Who signed up: the list, its filters and its export. One person's page is in `sign_up`."""

import operator
from functools import reduce

import django_filters
from django import forms
from django.contrib.auth.models import Permission
from django.db.models import Prefetch, Q
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from courses.models import Answer, Roster, SignUp
from courses.money import format_euros
from courses.office import sign_up, uploads
from courses.office.certificates import CertificatePdfView
from courses.office.columns import EmailColumn, MomentColumn, StateColumn
from courses.office.events import add_days
from courses.office.exports import DutchExportMixin
from courses.office.verbs import VERBS, VerbView

SEARCHED = ("first_name", "infix", "last_name", "email", "phone", "roster__code")


class SignUpFilterSet(WagtailFilterSet):
    roster = django_filters.ModelChoiceFilter(
        label=_("Course date"), queryset=Roster.objects.order_by("-first_day", "code")
    )
    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=SignUp.State.choices, widget=forms.CheckboxSelectMultiple
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"),
        choices=SignUp.Kind.choices,
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )
    created_at = django_filters.DateFromToRangeFilter(
        label=_("Signed up"), widget=DateRangePickerWidget
    )

    class Meta:
        model = SignUp
        fields = ["roster", "state", "kind", "created_at"]


class SignUpIndexView(DutchExportMixin, IndexView):
    any_permission_required = ["view"]
    is_searchable = True
    search_fields = SEARCHED

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "sort_name",
                label=_("Name"),
                get_url=self.get_inspect_url,
                sort_key="last_name",
                classname="office-name",
            ),
            Column(
                "code",
                label=_("Course date"),
                accessor="roster.code",
                sort_key="roster__code",
                classname="office-code",
            ),
            Column("days", label=_("Days"), sort_key="roster__first_day"),
            StateColumn("state", label=_("State"), sort_key="state"),
            Column("kind", label=_("Kind"), accessor="get_kind_display", classname="office-aside"),
            EmailColumn("email", label=_("E-mail"), classname="office-aside"),
            MomentColumn("created_at", label=_("Signed up"), sort_key="created_at"),
            MomentColumn(
                "hold_until",
                label=_("Held until"),
                sort_key="hold_until",
                classname="office-aside",
            ),
        ]

    def order_queryset(self, queryset):
        queryset = super().order_queryset(queryset)
        if self.ordering in ("last_name", "-last_name"):
            return queryset.order_by(self.ordering, "first_name", "pk")
        return queryset.order_by(*queryset.query.order_by, "-pk")

    def get_base_queryset(self):
        queryset = SignUp.objects.select_related("roster")
        if self.is_export:
            answers = Prefetch("answers", queryset=Answer.objects.select_related("upload"))
            queryset = queryset.select_related("buyer").prefetch_related(answers)
        return queryset

    def search_queryset(self, queryset):
        """Every word must be found somewhere: “noor meer RT21” finds one person."""
        for word in self.search_query.split() if self.is_searching else ():
            found = reduce(operator.or_, (Q(**{f"{name}__icontains": word}) for name in SEARCHED))
            queryset = queryset.filter(found)
        return queryset

    def get_table(self, object_list):
        return super().get_table([] if self.is_export else add_days(object_list))

    @cached_property
    def no_results_message(self):
        if self.is_searching or self.is_filtering:
            return _("Nobody found. Search for less, or remove a filter.")
        return _("Nobody has signed up yet. Whoever does appears here at once.")

    def to_row_dict(self, item):
        return {field: EXPORTED[field][1](item) for field in self.list_export}


def _buyer(name):
    return lambda row: getattr(row.buyer, name) if hasattr(row, "buyer") else ""


def _euros(row):
    if row.price_cents is None:
        return ""
    return format_euros(row.price_cents, "nl").replace("\N{NO-BREAK SPACE}", " ")


def _answers(row):
    return "\n".join(
        f"{given.question}: {given.upload.name if given.upload else given.value}"
        for given in row.answers.all()
    )


EXPORTED = {
    "code": (_("Course date"), lambda row: row.roster.code),
    "event_title": (_("Title"), lambda row: row.event_title),
    "first_name": (_("First name"), lambda row: row.first_name),
    "infix": (_("Infix"), lambda row: row.infix),
    "last_name": (_("Last name"), lambda row: row.last_name),
    "email": (_("E-mail"), lambda row: row.email),
    "phone": (_("Telephone"), lambda row: row.phone_to_show),
    "state": (_("State"), lambda row: row.get_state_display()),
    "kind": (_("Kind"), lambda row: row.get_kind_display()),
    "admission": (_("Admission"), lambda row: row.get_admission_display()),
    "language": (_("Language"), lambda row: row.language),
    "created_at": (_("Signed up"), lambda row: row.created_at),
    "hold_until": (_("Held until"), lambda row: row.hold_until),
    "price": (_("Price"), _euros),
    "paid_at": (_("Paid"), lambda row: row.paid_at),
    "organisation": (_("Organisation"), _buyer("organisation")),
    "reference": (_("Reference"), _buyer("reference")),
    "street": (_("Street and number"), _buyer("street")),
    "postcode": (_("Postcode"), _buyer("postcode")),
    "city": (_("Town"), _buyer("city")),
    "invoice_email": (_("E-mail for the invoice"), _buyer("email")),
    "answers": (_("Answers"), _answers),
    "remarks": (_("Remarks"), lambda row: row.remarks),
}


class SignUpViewSet(ModelViewSet):
    """No adding, editing or deleting: a sign-up changes only by the verbs of the domain."""

    model = SignUp
    name = "sign_ups"
    url_prefix = "sign-ups"
    icon = "group"
    menu_label = _("Sign-ups")
    menu_order = 110
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 50
    ordering = "-created_at"
    filterset_class = SignUpFilterSet
    index_view_class = SignUpIndexView
    inspect_view_class = sign_up.SignUpView
    list_export = list(EXPORTED)
    export_headings = {field: heading for field, (heading, value) in EXPORTED.items()}
    export_filename = "inschrijvingen"

    def get_common_view_kwargs(self, **kwargs):
        absent = ("add", "edit", "delete", "history", "usage")
        return super().get_common_view_kwargs(
            **{f"{name}_url_name": None for name in absent}, **kwargs
        )

    def get_urlpatterns(self):
        verbs = [
            path(
                f"<int:pk>/{verb.slug}/",
                self.construct_view(VerbView, verb=verb),
                name=verb.name,
            )
            for verb in VERBS
        ]
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", self.inspect_view, name="inspect"),
            path(
                "files/<uuid:token>/",
                self.construct_view(uploads.UploadView),
                name="file",
            ),
            path(
                "<int:pk>/certificate.pdf",
                self.construct_view(CertificatePdfView),
                name="certificate",
            ),
            *verbs,
        ]

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="courses", codename__in=["view_signup", "change_signup"]
        )

    def register_admin_url_finder(self):
        """Nothing links here by itself: there is no edit view to find."""
