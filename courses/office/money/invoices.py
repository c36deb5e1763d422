"""Invoices and credit notes, to look up and for the books. They are never changed here."""

import django_filters
from django import forms
from django.contrib.auth.models import Permission
from django.db.models.fields.json import KT
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from core.folding import FoldedSearchMixin
from courses.documents.invoices import invoice_pdf
from courses.models import Invoice
from courses.office.lists.exports import DutchExportMixin
from courses.office.lists.viewsets import ListViewSet
from courses.office.money.invoice_rows import (
    EXPORTED,
    amount_in_words,
    fact,
    standing,
    totals,
    with_money,
    with_standing,
)
from courses.office.money.periods import Period, bounds
from courses.office.rosters import pdfs
from courses.office.start import waiting


def months():
    days = Invoice.objects.dates("issued_on", "month", order="DESC")
    return [(f"{day:%Y-%m}", date_format(day, "F Y")) for day in days]


class InvoiceFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"),
        choices=Invoice.Kind.choices,
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("All"),
    )
    due = django_filters.ChoiceFilter(
        label=gettext_lazy("Payment"),
        choices=[("overdue", gettext_lazy("Not paid in time"))],
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("All"),
        method="filter_due",
    )
    period = django_filters.ChoiceFilter(
        label=gettext_lazy("Period"),
        choices=Period.choices,
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("All"),
        method="filter_period",
    )
    month = django_filters.ChoiceFilter(
        label=gettext_lazy("Month"),
        choices=months,
        empty_label=gettext_lazy("All"),
        method="filter_month",
    )
    issued_on = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("From and up to and including"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Invoice
        fields = ["kind", "due", "period", "month", "issued_on"]

    def filter_due(self, queryset, name, value):
        return queryset.filter(pk__in=waiting.overdue(Invoice.objects).values("pk"))

    def filter_period(self, queryset, name, value):
        first, after = bounds(value)
        return queryset.filter(issued_on__gte=first, issued_on__lt=after)

    def filter_month(self, queryset, name, value):
        year, month = value.split("-")
        return queryset.filter(issued_on__year=year, issued_on__month=month)


class StandingColumn(Column):
    cell_template_name = "courses/office/state_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        tone, label = standing(instance)
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"tone": tone, "label": label}


class ParticipantColumn(Column):
    cell_template_name = "courses/office/participant_cell.html"


class InvoiceIndexView(FoldedSearchMixin, DutchExportMixin, IndexView):
    any_permission_required = ["view"]
    page_title = gettext_lazy("Invoices")
    results_template_name = "courses/office/invoice_results.html"
    is_searchable = True
    search_fields = (
        "number",
        KT("facts__buyer__organisation"),
        KT("facts__buyer__name"),
        KT("facts__participant"),
        KT("facts__code"),
    )

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "number",
                label=gettext_lazy("Number"),
                get_url=lambda row: reverse("invoices:pdf", args=[row.pk]),
                sort_key="number",
                classname="office-code",
            ),
            Column(
                "issued_on",
                label=gettext_lazy("Date"),
                accessor=lambda row: date_format(row.issued_on, "j b Y"),
                sort_key="issued_on",
                classname="office-amount",
            ),
            Column(
                "kind",
                label=gettext_lazy("Kind"),
                accessor="get_kind_display",
                classname="office-aside",
            ),
            Column("to", label=gettext_lazy("To"), accessor=_to, classname="office-name"),
            ParticipantColumn(
                "participant",
                label=gettext_lazy("Participant"),
                accessor=fact("participant"),
                classname="office-name",
            ),
            Column(
                "code",
                label=gettext_lazy("Course date"),
                accessor=fact("code"),
                classname="office-code office-aside",
            ),
            Column(
                "amount",
                label=gettext_lazy("Amount"),
                accessor=amount_in_words,
                sort_key="amount_cents",
                classname="office-amount",
            ),
            StandingColumn("standing", label=gettext_lazy("State")),
        ]

    def get_base_queryset(self):
        invoices = with_standing(Invoice.objects.all())
        return with_money(invoices) if self.is_export else invoices

    def get_context_data(self, **kwargs):
        return super().get_context_data(totals=totals(self.object_list), **kwargs)

    @cached_property
    def no_results_message(self):
        if self.is_searching or self.is_filtering:
            return _("No invoice found. Search for less, or remove a filter.")
        return _("There are no invoices yet. The site writes one as soon as somebody has paid.")

    def to_row_dict(self, item):
        return {field: EXPORTED[field][1](item) for field in self.list_export}


def _to(row):
    return row.facts["buyer"]["organisation"] or row.facts["buyer"]["name"]


class InvoicePdfView(PermissionCheckedMixin, View):
    """The paper, set anew from its frozen facts."""

    permission_policy = None
    permission_required = "view"
    http_method_names = ["get", "head"]

    def get(self, request, pk):
        invoice = get_object_or_404(Invoice, pk=pk)
        content = invoice_pdf(invoice.facts, invoice.language)
        return pdfs.download(content, f"{invoice.number}.pdf")


class InvoiceViewSet(ListViewSet):
    """No adding, editing or deleting: a credit note corrects an invoice, and the site writes it."""

    model = Invoice
    name = "invoices"
    icon = "doc-full"
    menu_label = gettext_lazy("Invoices")
    add_to_reference_index = False
    copy_view_enabled = False
    list_per_page = 50
    ordering = "-number"
    filterset_class = InvoiceFilterSet
    index_view_class = InvoiceIndexView
    list_export = list(EXPORTED)
    export_headings = {field: heading for field, (heading, value) in EXPORTED.items()}
    export_filename = "facturen"

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", self.construct_view(InvoicePdfView), name="pdf"),
        ]

    def get_permissions_to_register(self):
        return Permission.objects.filter(content_type__app_label="courses", codename="view_invoice")

    def register_admin_url_finder(self):
        """Nothing links here by itself: there is no edit view to find."""
