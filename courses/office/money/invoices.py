"""The list of invoices and credit notes, for the bookkeeper too. They are never changed."""

import django_filters
from django import forms
from django.db.models.fields.json import KT
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from courses.documents.invoices import invoice_pdf
from courses.models import Invoice
from courses.office.lists.columns import ToneColumn
from courses.office.lists.exports import DutchExportMixin
from courses.office.lists.filters import one_of
from courses.office.lists.viewsets import ListView, ListViewSet
from courses.office.money.invoice_rows import (
    EXPORTED,
    amount_in_words,
    fact,
    payment_state,
    totals,
    with_money,
    with_payment_state,
)
from courses.office.money.periods import Period, bounds
from courses.office.rosters import downloads
from courses.office.start import waiting


def _months():
    days = Invoice.objects.dates("issued_on", "month", order="DESC")
    return [(f"{day:%Y-%m}", date_format(day, "F Y")) for day in days]


class InvoiceFilterSet(WagtailFilterSet):
    kind = one_of(gettext_lazy("Kind"), Invoice.Kind.choices)
    due = one_of(
        gettext_lazy("Payment"),
        [("overdue", gettext_lazy("Not paid in time"))],
        method="filter_due",
    )
    period = one_of(gettext_lazy("Period"), Period.choices, method="filter_period")
    month = one_of(gettext_lazy("Month"), _months, widget=forms.Select, method="filter_month")
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


class ParticipantColumn(Column):
    cell_template_name = "courses/office/participant_cell.html"


def _to(row):
    return row.facts["buyer"]["organisation"] or row.facts["buyer"]["name"]


class InvoiceIndexView(DutchExportMixin, ListView):
    page_title = gettext_lazy("Invoices")
    results_template_name = "courses/office/invoice_results.html"
    exported = EXPORTED
    nothing_yet = gettext_lazy(
        "There are no invoices yet. The site writes one as soon as somebody has paid."
    )
    nothing_found = gettext_lazy("No invoice found. Search for less, or remove a filter.")
    search_fields = (
        "number",
        KT("facts__buyer__organisation"),
        KT("facts__buyer__name"),
        KT("facts__participant"),
        KT("facts__code"),
    )

    columns = [
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
        ToneColumn("standing", label=gettext_lazy("State"), accessor=payment_state),
    ]

    def get_base_queryset(self):
        invoices = with_payment_state(Invoice.objects.all())
        return with_money(invoices) if self.is_export else invoices

    def get_context_data(self, **kwargs):
        return super().get_context_data(totals=totals(self.object_list), **kwargs)


class InvoicePdfView(PermissionCheckedMixin, View):
    """The invoice as PDF, typeset from its frozen facts."""

    permission_policy = None
    permission_required = "view"
    http_method_names = ["get", "head"]

    def get(self, request, pk):
        invoice = get_object_or_404(Invoice, pk=pk)
        content = invoice_pdf(invoice.facts, invoice.language)
        return downloads.attachment(content, f"{invoice.number}.pdf")


class InvoiceViewSet(ListViewSet):
    """The site writes invoices, and corrects them by credit notes."""

    model = Invoice
    name = "invoices"
    icon = "doc-full"
    menu_label = gettext_lazy("Invoices")
    ordering = "-number"
    filterset_class = InvoiceFilterSet
    index_view_class = InvoiceIndexView
    export_filename = "facturen"
    rights = ("view_invoice",)

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", self.construct_view(InvoicePdfView), name="pdf"),
        ]
