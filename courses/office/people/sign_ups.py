"""The list of all sign-ups. The page of one of them is in `sign_up`."""

import django_filters
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.permission_policies import ModelPermissionPolicy

from courses.models import Answer, Roster, SignUp
from courses.office import verbs
from courses.office.lists.column_choice import ChooseColumnsView, ChosenFields
from courses.office.lists.viewsets import ListViewSet
from courses.office.pages import BreadcrumbsMixin
from courses.office.people import bulk_verbs, fields, sign_up, uploads
from courses.office.people.bulk import BulkView, ExportView
from courses.office.people.listing import PeopleFilterSet, PeopleIndexView
from courses.office.rosters.certificates import CertificatePdfView

LISTING = "sign_ups:index"
USUAL = ("code", "state", "payment", "created_at", "hold_until", "email")
TO_JUDGE = ("code", "motivation", "hold_until")  # while the list shows who waits for admission


class SignUpFilterSet(PeopleFilterSet):
    roster = django_filters.ModelChoiceFilter(
        label=_("Course date"), queryset=Roster.objects.order_by("-first_day", "code")
    )
    created_at = django_filters.DateFromToRangeFilter(
        label=_("Signed up"), widget=DateRangePickerWidget
    )

    class Meta(PeopleFilterSet.Meta):
        fields = ["roster", *PeopleFilterSet.Meta.fields, "created_at"]


class EverybodyMixin(BreadcrumbsMixin):
    """For the list of all sign-ups and the pages below its address."""

    @property
    def list_url(self):
        return reverse("sign_ups:index")

    def get_ancestors(self):
        return [(_("Sign-ups"), self.list_url)]

    @cached_property
    def chosen_fields(self):
        return ChosenFields(
            self.request.user,
            LISTING,
            [
                *fields.ABOUT_DATE,
                fields.DAYS,
                *fields.ABOUT_PERSON,
                *fields.STANDING,
                *fields.CONTACT,
                *fields.BUYER,
                fields.ANSWERS,
                *fields.WRITTEN,
                *fields.AFTERWARDS,
            ],
            TO_JUDGE if self._are_to_judge else USUAL,
        )

    @property
    def _are_to_judge(self):
        return self.request.GET.getlist("state") == [SignUp.State.REVIEW.value]


class SignUpIndexView(EverybodyMixin, PeopleIndexView):
    bulk_verbs = bulk_verbs.OF_ALL

    @property
    def columns_url(self):
        return reverse("sign_ups:columns")

    @property
    def bulk_url(self):
        return f"{self.list_url}bulk/"

    def get_breadcrumbs_items(self):
        return PeopleIndexView.get_breadcrumbs_items(self)


class SignUpColumnsView(EverybodyMixin, ChooseColumnsView):
    """The columns of the list of all sign-ups."""


class SignUpBulkView(EverybodyMixin, BulkView):
    filterset_class = SignUpFilterSet


class SignUpExportView(EverybodyMixin, ExportView):
    filterset_class = SignUpFilterSet


BULK_VIEWS = {bulk_verbs.EXPORT.name: SignUpExportView}


class SignUpViewSet(ListViewSet):
    """A sign-up is changed only by verbs of the domain."""

    model = SignUp
    name = "sign_ups"
    url_prefix = "sign-ups"
    icon = "group"
    menu_label = _("Sign-ups")
    menu_order = 110
    add_to_admin_menu = True
    inspect_view_enabled = True
    ordering = "-created_at"
    filterset_class = SignUpFilterSet
    index_view_class = SignUpIndexView
    inspect_view_class = sign_up.SignUpView
    export_filename = "inschrijvingen"
    # Those about people in docs/rights.md, also the ones that no view of this set checks.
    rights = (
        *("view_signup", "add_signup", "change_signup", "delete_signup"),
        *("view_answer", "view_payment", "change_payment"),
    )

    def get_urlpatterns(self):
        bulk = [
            path(
                f"bulk/{verb.slug}/",
                self.construct_view(BULK_VIEWS.get(verb.name, SignUpBulkView), verb=verb),
                name=f"bulk_{verb.slug}",
            )
            for verb in bulk_verbs.OF_ALL
        ]
        return [
            *super().get_urlpatterns(),
            path("columns/", self.construct_view(SignUpColumnsView), name="columns"),
            *bulk,
            path("<int:pk>/", self.inspect_view, name="inspect"),
            path(
                "files/<uuid:token>/",
                self.construct_view(
                    uploads.UploadView, permission_policy=ModelPermissionPolicy(Answer)
                ),
                name="file",
            ),
            path(
                "<int:pk>/certificate.pdf",
                self.construct_view(CertificatePdfView),
                name="certificate",
            ),
            *verbs.urlpatterns(self.construct_view),
        ]
