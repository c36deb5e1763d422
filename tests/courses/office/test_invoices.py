"""The list of invoices for the bookkeeper: periods, totals and exports."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from courses.domain import buyers, cancellations, invoices, payments, refunds
from courses.models import Invoice, Payment, Refund
from courses.office.money import invoice_rows
from courses.office.money.periods import Period, bounds
from tests import factories

INDEX = reverse("invoices:index")
TODAY = timezone.localdate()
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def taxed(db):
    """An institute that is not exempt from VAT."""
    factories.settings(crkbo_registered=False, vat_percent=Decimal(21))


@pytest.fixture
def books(taxed, make_sign_up):
    """Three invoices: paid; paid, cancelled and half refunded; not paid yet."""
    paid = payments.record(make_sign_up("Noor", "Meer"), by=None)
    back = payments.record(make_sign_up("Bram", "Bakker"), by=None)
    cancellations.cancel(back, by=None, back_cents=50000)
    refunds.pay_back(Refund.objects.get(), by=None)
    waiting = make_sign_up("Zoë", "李")
    invoices.issue(waiting, due_on=TODAY)
    return paid, back, waiting


def csv_rows(office, **query):
    response = office.get(INDEX, {"export": "csv"} | query)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def totals(office, **query):
    found = office.get(INDEX, query).context["totals"]
    return [(row["label"], row["number"], *row["amounts"]) for row in found["rows"]]


def number(amount):
    return Decimal(amount.replace(",", "."))


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("period", "today", "first", "after"),
    [
        (Period.THIS_MONTH, (2027, 12, 31), (2027, 12, 1), (2028, 1, 1)),
        (Period.LAST_MONTH, (2027, 1, 15), (2026, 12, 1), (2027, 1, 1)),
        (Period.THIS_QUARTER, (2027, 6, 30), (2027, 4, 1), (2027, 7, 1)),
        (Period.LAST_QUARTER, (2027, 2, 1), (2026, 10, 1), (2027, 1, 1)),
        (Period.THIS_YEAR, (2028, 2, 29), (2028, 1, 1), (2029, 1, 1)),
        (Period.LAST_YEAR, (2027, 1, 1), (2026, 1, 1), (2027, 1, 1)),
    ],
)
def test_a_period_runs_from_its_first_day_to_the_next_period(period, today, first, after):
    found = bounds(period, datetime.date(*today))

    assert found == (datetime.date(*first), datetime.date(*after))


def test_a_month_is_of_one_year(office, books, neighbour):
    day = datetime.date(TODAY.year, 1, 15)
    ours = [invoice.pk for invoice in Invoice.objects.exclude(sign_up__in=neighbour.sign_ups)]
    Invoice.objects.filter(pk__in=ours).update(issued_on=day)
    others = Invoice.objects.exclude(pk__in=ours)
    others.update(issued_on=day.replace(year=day.year - 1))
    later = Invoice.objects.filter(pk__in=ours[:1])
    later.update(issued_on=day.replace(month=2))

    found = office.get(INDEX, {"month": f"{day:%Y-%m}"}).context["object_list"]
    assert {row.pk for row in found} == set(ours[1:])
    found = office.get(INDEX, {"month": f"{day.year - 1}-01"}).context["object_list"]
    assert {row.pk for row in found} == set(others.values_list("pk", flat=True))


def test_the_totals_are_the_sum_of_the_rows_of_the_file(office, books):
    rows = csv_rows(office)

    summed = [sum(number(row[name]) for row in rows) for name in ("Zonder btw", "Btw", "Bedrag")]
    assert summed == [Decimal("2549.58"), Decimal("535.42"), Decimal("3085.00")]
    assert totals(office) == [
        ("Facturen", 3, f"€{SPACE}2.962,80", f"€{SPACE}622,20", f"€{SPACE}3.585,-"),
        ("Creditnota’s", 1, f"− €{SPACE}413,22", f"− €{SPACE}86,78", f"− €{SPACE}500,-"),
        ("Samen", 4, f"€{SPACE}2.549,58", f"€{SPACE}535,42", f"€{SPACE}3.085,-"),
    ]
    assert f"Nog niet betaald van de facturen in deze lijst: €{SPACE}1.195,-." in (
        office.get(INDEX).text
    )


def test_a_table_that_is_wider_than_the_screen_scrolls_by_itself(office, books):
    shown = BeautifulSoup(office.get(INDEX).text, "html.parser")
    assert shown.select_one('.office-scroll[tabindex="0"] table.listing tbody tr')


def test_the_file_says_how_each_invoice_was_paid_and_refunded(office, books):
    Payment.objects.filter(sign_up=books[0]).update(gateway="mollie", reference="tr_4711")

    waiting, credit, back, paid = csv_rows(office)

    day = f"{TODAY:%Y-%m-%d}"
    columns = ("Betaald op", "Betaalwijze", "Kenmerk van de betaling", "Ontvangen", "Terugbetaald")
    assert [paid[name] for name in columns] == [day, "Mollie", "tr_4711", "1195,00", "0,00"]
    assert [back[name] for name in columns] == [
        day,
        "op de bank, gezien door het bureau",
        "",
        "1195,00",
        "500,00",
    ]
    assert back["Terugbetaald op"] == day
    assert [credit[name] for name in columns] == ["", "", "", "", ""]
    assert credit["Corrigeert"] == back["Nummer"]
    assert [waiting[name] for name in columns] == ["", "", "", "0,00", "0,00"]
    assert (paid["Btw-tarief"], paid["Zonder btw"], paid["Btw"]) == ("21%", "987,60", "207,40")
    assert "cursuscode" in paid["Omschrijving"]


def test_amounts_and_days_are_numbers_and_dates_in_a_workbook(office, books):
    response = office.get(INDEX, {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    headings = [cell.value for cell in sheet[1]]

    def cell(name):
        return sheet.cell(2, headings.index(name) + 1)

    assert (cell("Bedrag").data_type, cell("Bedrag").value) == ("n", 1195)
    day = cell("Datum")
    assert (day.value.date(), day.number_format) == (TODAY, "d-m-yyyy")


def test_an_exempt_invoice_says_so(office, make_sign_up):
    factories.settings(crkbo_registered=True)
    payments.record(make_sign_up(), by=None)

    [row] = csv_rows(office)

    assert (row["Zonder btw"], row["Btw-tarief"], row["Btw"]) == ("1195,00", "vrijgesteld", "0,00")


def test_payments_of_a_person_who_moved_are_shown_once_beside_the_last_invoice(
    office, taxed, make_sign_up
):
    moved = payments.record(make_sign_up(), by=None)
    invoices.replace(moved)

    new, credit, old = csv_rows(office)

    assert [row["Ontvangen"] for row in (new, credit, old)] == ["1195,00", "", ""]
    assert old["Betaald op"] == f"{TODAY:%Y-%m-%d}"
    assert sum(number(row["Bedrag"]) for row in (new, credit, old)) == 1195


def test_a_period_or_two_days_filter_the_list_the_totals_and_the_file(office, books):
    """Which rows, not only how many: `books[0]` is of last year."""
    numbers = set(Invoice.objects.values_list("number", flat=True))
    [old] = Invoice.objects.filter(sign_up=books[0]).values_list("number", flat=True)
    Invoice.objects.filter(sign_up=books[0]).update(
        issued_on=bounds(Period.LAST_YEAR)[0] + datetime.timedelta(days=3)
    )

    def found(**query):
        return {row["Nummer"] for row in csv_rows(office, **query)}

    assert found(period="last-year") == {old}
    assert totals(office, period="last-year")[-1][1] == 1
    assert found(period="this-year") == numbers - {old}
    assert found(issued_on_from=TODAY.isoformat()) == numbers - {old}
    assert found(issued_on_to=bounds(Period.LAST_YEAR)[0].isoformat()) == set()
    assert office.get(INDEX, {"period": "last-month"}).context["totals"] is None


def test_an_invoice_that_an_employer_chose_is_open_until_it_is_paid(office, taxed, make_sign_up):
    sign_up = make_sign_up()
    buyers.allow_to_pay(sign_up, by=office.user)
    invoices.issue(sign_up, due_on=TODAY)
    assert office.get(INDEX).context["totals"]["open"] == f"€{SPACE}1.195,-"

    payments.record(sign_up, by=None)

    assert office.get(INDEX).context["totals"]["open"] == f"€{SPACE}0,-"


@pytest.mark.anywhere
def test_totals_of_very_many_invoices_need_a_period(office, make_sign_up, monkeypatch):
    payments.record(make_sign_up(), by=None)
    monkeypatch.setattr(invoice_rows, "MOST_TOTALLED", 0)

    response = office.get(INDEX)

    assert response.context["totals"] is None
    assert "Kies een periode om de totalen te zien." in response.text
