import pytest
from django.utils import translation

from courses.documents import invoices
from courses.documents.invoices import invoice_pdf
from tests.courses.documents.pdfs import INVOICE, TAXED, promises, sheets

pytestmark = pytest.mark.anywhere


@pytest.mark.parametrize(
    ("language", "title"),
    [("nl", "Factuur 2027-0001"), ("en", "Invoice 2027-0001")],
)
def test_an_invoice_is_a_tagged_pdf_in_its_language(language, title):
    assert promises(invoice_pdf(INVOICE, language)) == {
        "title": title,
        "author": ["Stichting Runningtherapie"],
        "language": language,
        "tagged": True,
        "ua": "1",
        "shows_title": True,
    }


def test_a_long_invoice_runs_over_to_more_pages():
    lines = [{"text": f"Regel {n}", "amount_cents": 100} for n in range(60)]

    assert sheets(invoice_pdf(INVOICE | {"lines": lines}, "nl")) == 3


@pytest.mark.parametrize(
    ("cents", "dutch", "english"),
    [
        (119500, "€\xa01.195,00", "€1,195.00"),
        (119505, "€\xa01.195,05", "€1,195.05"),
        (0, "€\xa00,00", "€0.00"),
        (-98760, "−€\xa0987,60", "−€987.60"),
    ],
)
def test_amounts_on_invoices_always_have_cents(cents, dutch, english):
    with translation.override("nl"):
        assert invoices.format_amount(cents) == dutch
    with translation.override("en"):
        assert invoices.format_amount(cents) == english


def test_a_credit_note_shows_its_amounts_as_negative():
    note = INVOICE | {"kind": "credit_note", "credits": "2027-0001", "due_on": None, "vat": TAXED}

    words = invoices._invoice_words(note)

    assert words["heading"] == "Creditnota 2027-0001"
    assert words["note"] == "Deze nota crediteert factuur 2027-0001."
    assert words["sums"] == [["Totaal exclusief btw", "−€\xa0987,60"], ["Btw 21%", "−€\xa0207,40"]]
    assert words["total"] == "−€\xa01.195,00"
    assert words["pay"] == []


def test_an_exempt_invoice_names_the_exemption_and_asks_for_the_money():
    words = invoices._invoice_words(INVOICE)

    assert words["vat_note"] == "Vrijgesteld van btw (onderwijsvrijstelling)."
    assert words["sums"] == []
    assert words["pay"] == [
        "Wij ontvangen graag €\xa01.195,00 uiterlijk op 28 januari 2027",
        "Op rekening NL91\xa0ABNA\xa00417\xa01643\xa000 ten name van Stichting Runningtherapie,"
        " onder vermelding van 2027-0001.",
    ]


def test_a_paid_invoice_says_when():
    words = invoices._invoice_words(INVOICE | {"paid_on": "2027-01-15"})

    assert words["pay"] == ["Betaald op 15 januari 2027"]


def test_an_invoice_of_which_a_part_is_paid_says_what_is_left():
    words = invoices._invoice_words(INVOICE | {"paid_on": "2027-01-15", "part_cents": 118500})

    assert words["pay"] == [
        "€\xa01.185,00 is betaald op 15 januari 2027.",
        "Nog te voldoen: €\xa010,00",
    ]


def test_unknown_lines_are_left_out():
    words = invoices._invoice_words(INVOICE)

    assert words["buyer"] == ["Noor van der Meer"]
    assert words["seller"][1] == ["info@example.nl"]
