"""Invoices and credit notes, to look up and for the books. They are never changed here."""

from decimal import Decimal

import django_filters
from django import forms
from django.contrib.auth.models import Permission
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet

from courses import typesetting
from courses.domain import papers
from courses.models import Invoice
from courses.money import format_euros
from courses.office import pdfs
from courses.office.exports import DutchExportMixin

MINUS = "\N{MINUS SIGN}"


def amount_in_words(invoice):
    amount = format_euros(invoice.amount_cents)
    return f"{MINUS} {amount}" if invoice.kind == Invoice.Kind.CREDIT_NOTE else amount


def standing(invoice):
    """(tone, words): whether it has been paid, or what it corrects."""
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return "over", _("corrects %(number)s") % {"number": invoice.credits.number}
    if papers.left_cents(invoice) == 0:
        return "over", _("Credited")
    if invoice.sign_up.paid_at:
        return "good", _("Paid")
    if invoice.due_on and invoice.due_on < timezone.localdate():
        return "action", _("Not paid in time")
    return "waiting", _("Not paid yet")


def with_standing(invoices):
    """So that `standing` asks the database nothing more."""
    return invoices.select_related("sign_up__roster", "credits").prefetch_related("credited_by")


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
    month = django_filters.ChoiceFilter(
        label=gettext_lazy("Month"),
        choices=months,
        empty_label=gettext_lazy("All"),
        method="filter_month",
    )

    class Meta:
        model = Invoice
        fields = ["kind", "month"]

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


class InvoiceIndexView(DutchExportMixin, IndexView):
    any_permission_required = ["view"]
    page_title = gettext_lazy("Invoices")
    is_searchable = True
    search_fields = (
        "number",
        "facts__buyer__organisation",
        "facts__buyer__name",
        "facts__participant",
        "facts__code",
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
            Column("to", label=gettext_lazy("To"), accessor=_to),
            ParticipantColumn(
                "participant", label=gettext_lazy("Participant"), accessor=_fact("participant")
            ),
            Column(
                "code",
                label=gettext_lazy("Course date"),
                accessor=_fact("code"),
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
        return with_standing(Invoice.objects.all())

    @cached_property
    def no_results_message(self):
        if self.is_searching or self.is_filtering:
            return _("No invoice found. Search for less, or remove a filter.")
        return _("There are no invoices yet. The site writes one as soon as somebody has paid.")

    def to_row_dict(self, item):
        return {field: EXPORTED[field][1](item) for field in self.list_export}

    def get_preprocess_function(self, field, value, export_format):
        if isinstance(value, Decimal) and export_format == self.FORMAT_CSV:
            return _with_comma
        return super().get_preprocess_function(field, value, export_format)


def _with_comma(amount):
    """As Dutch spreadsheet programs read a number."""
    return f"{amount:.2f}".replace(".", ",")


def _fact(name):
    return lambda row: row.facts[name]


def _buyer(name):
    return lambda row: row.facts["buyer"][name]


def _to(row):
    return row.facts["buyer"]["organisation"] or row.facts["buyer"]["name"]


def _euros(cents):
    """Credit notes count as negative, so that a column adds up."""

    def signed(row):
        sign = -1 if row.kind == Invoice.Kind.CREDIT_NOTE else 1
        return sign * Decimal(cents(row)) / 100

    return signed


EXPORTED = {
    "number": (gettext_lazy("Number"), lambda row: row.number),
    "issued_on": (gettext_lazy("Date"), lambda row: row.issued_on),
    "kind": (gettext_lazy("Kind"), lambda row: row.get_kind_display()),
    "organisation": (gettext_lazy("Organisation"), _buyer("organisation")),
    "name": (gettext_lazy("Name"), _buyer("name")),
    "reference": (gettext_lazy("Reference"), _buyer("reference")),
    "participant": (gettext_lazy("Participant"), _fact("participant")),
    "course": (gettext_lazy("Title"), _fact("course")),
    "code": (gettext_lazy("Course date"), _fact("code")),
    "net": (gettext_lazy("Without VAT"), _euros(lambda row: row.facts["vat"]["net_cents"])),
    "vat": (gettext_lazy("VAT"), _euros(lambda row: row.facts["vat"]["vat_cents"])),
    "total": (gettext_lazy("Amount"), _euros(lambda row: row.amount_cents)),
    "due_on": (gettext_lazy("Pay before"), lambda row: row.due_on),
    "standing": (gettext_lazy("State"), lambda row: standing(row)[1]),
}


class InvoicePdfView(PermissionCheckedMixin, View):
    """The paper, set anew from its frozen facts."""

    permission_policy = None
    permission_required = "view"
    http_method_names = ["get", "head"]

    def get(self, request, pk):
        invoice = get_object_or_404(Invoice, pk=pk)
        content = typesetting.invoice(invoice.facts, invoice.language)
        return pdfs.download(content, f"{invoice.number}.pdf")


class InvoiceViewSet(ModelViewSet):
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

    def get_common_view_kwargs(self, **kwargs):
        absent = ("add", "edit", "delete", "history", "usage")
        return super().get_common_view_kwargs(
            **{f"{name}_url_name": None for name in absent}, **kwargs
        )

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
