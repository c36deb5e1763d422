import io
import logging
import unicodedata

import pikepdf
import pytest
from django.utils import translation

from courses.documents import typesetting

pytestmark = pytest.mark.anywhere

SELLER = {
    "name": "Runningtherapie.nl",
    "legal_name": "Stichting Runningtherapie",
    "street": "Bosweg 12",
    "postcode": "7721 AB",
    "city": "Dalfsen",
    "email": "info@example.nl",
    "phone": "",
    "kvk_number": "12345678",
    "vat_number": "",
    "iban": "NL91ABNA0417164300",
}
INVOICE = {
    "kind": "invoice",
    "number": "2027-0001",
    "issued_on": "2027-01-14",
    "due_on": "2027-01-28",
    "paid_on": None,
    "credits": "",
    "seller": SELLER,
    "buyer": {
        "organisation": "",
        "name": "Noor van der Meer",
        "street": "",
        "postcode": "",
        "city": "",
        "reference": "",
    },
    "participant": "Noor van der Meer",
    "course": "Driedaagse cursus",
    "code": "RT21032027",
    "days": "21 en 22 maart en 5 juni 2027",
    "lines": [{"text": "Driedaagse cursus", "amount_cents": 119500}],
    "total_cents": 119500,
    "vat": {"exempt": True, "percent": "", "net_cents": 119500, "vat_cents": 0},
    "reason": "",
}
TAXED = {"exempt": False, "percent": "21", "net_cents": 98760, "vat_cents": 20740}
CERTIFICATE = {
    "name": "Noor van der Meer",
    "course": "Driedaagse cursus",
    "code": "RT21032027",
    "days": ["2027-03-21", "2027-03-22", "2027-06-05"],
    "places": ["Dalfsen", "Vlieland"],
    "institute": "Runningtherapie.nl",
    "certificate_code": "RT-2345-6789",
    "verify_url": "https://example.nl/certificaat/RT-2345-6789/",
    "issued_on": "2027-06-05",
    "signers": [{"name": "Simon van Woerkom", "role": "Docent"}],
}
ODD_NAMES = [
    "'t Hooft",
    "van der Meer-Öztürk",
    "Nguyễn",
    "Nguye\N{COMBINING CIRCUMFLEX ACCENT}\N{COMBINING TILDE}n",
    "Łukasz",
    "李",
    "김민준",
    "محمد",
    "שלום",
    "\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe",
    "X",
    "x" * 200,
    "#panic() $x$ *vet* `code` @ref <b> {{ settings.SECRET_KEY }} {naam} \\ // /*",
    '"], "name": "iemand anders',
    "één\r\nBcc: x@example.nl",
]


def opened(pdf):
    return pikepdf.open(io.BytesIO(pdf))


def promises(pdf):
    """What a screen reader and a checker of PDF/UA look at first."""
    with opened(pdf) as document, document.open_metadata() as about:
        return {
            "title": about["dc:title"],
            "author": about["dc:creator"],
            "language": str(document.Root.Lang),
            "tagged": bool(document.Root.MarkInfo.Marked),
            "ua": about["pdfuaid:part"],
            "shows_title": bool(document.Root.ViewerPreferences.DisplayDocTitle),
        }


def sheets(pdf):
    with opened(pdf) as document:
        return len(document.pages)


@pytest.mark.parametrize(
    ("language", "title"),
    [("nl", "Factuur 2027-0001"), ("en", "Invoice 2027-0001")],
)
def test_an_invoice_is_a_tagged_pdf_in_its_language(language, title):
    assert promises(typesetting.invoice(INVOICE, language)) == {
        "title": title,
        "author": ["Stichting Runningtherapie"],
        "language": language,
        "tagged": True,
        "ua": "1",
        "shows_title": True,
    }


def test_a_certificate_says_whose_it_is_in_its_title():
    made = promises(typesetting.certificate(CERTIFICATE, "nl"))

    assert made["title"] == "Certificaat van deelname: Noor van der Meer"
    assert (made["tagged"], made["ua"], made["language"]) == (True, "1", "nl")


def test_the_text_of_a_paper_can_be_selected_and_searched():
    with opened(typesetting.certificate(CERTIFICATE, "nl")) as document:
        fonts = document.pages[0].Resources.Font
        assert all("/ToUnicode" in font for font in fonts.values())


@pytest.mark.parametrize("name", ODD_NAMES)
def test_every_name_is_text_in_a_font_that_has_it_and_stays_on_the_page(name):
    buyer = INVOICE["buyer"] | {"name": name, "organisation": name, "reference": name}
    invoice = typesetting.invoice(INVOICE | {"participant": name, "buyer": buyer}, "nl")
    certificate = typesetting.certificate(CERTIFICATE | {"name": name}, "nl")

    assert [promises(paper)["ua"] for paper in (invoice, certificate)] == ["1", "1"]
    shown = unicodedata.normalize("NFC", " ".join(name.split()))
    assert promises(certificate)["title"] == f"Certificaat van deelname: {shown}"
    assert sheets(certificate) == 1


def test_a_letter_that_no_font_has_costs_the_mark_of_pdf_ua_but_not_the_paper(caplog):
    with caplog.at_level(logging.WARNING, "courses.documents.typesetting"):
        pdf = typesetting.certificate(CERTIFICATE | {"name": "ᚠᚢᚦ \U0001f3c3"}, "nl")

    with opened(pdf) as document, document.open_metadata() as about:
        assert (bool(document.Root.MarkInfo.Marked), "pdfuaid:part" in about) == (True, False)
    assert len(caplog.records) == 1


def test_a_certificate_without_signers_or_places_is_made_too():
    assert sheets(typesetting.certificate(CERTIFICATE | {"signers": [], "places": []}, "en")) == 1


def test_a_long_invoice_runs_over_to_more_pages():
    lines = [{"text": f"Regel {n}", "amount_cents": 100} for n in range(60)]

    assert sheets(typesetting.invoice(INVOICE | {"lines": lines}, "nl")) == 3


@pytest.mark.parametrize(
    ("cents", "dutch", "english"),
    [
        (119500, "€\xa01.195,00", "€1,195.00"),
        (119505, "€\xa01.195,05", "€1,195.05"),
        (0, "€\xa00,00", "€0.00"),
        (-98760, "−€\xa0987,60", "−€987.60"),
    ],
)
def test_amounts_on_money_papers_have_their_cents(cents, dutch, english):
    with translation.override("nl"):
        assert typesetting.format_amount(cents) == dutch
    with translation.override("en"):
        assert typesetting.format_amount(cents) == english


def test_a_credit_note_shows_what_it_takes_back_as_negative():
    note = INVOICE | {"kind": "credit_note", "credits": "2027-0001", "due_on": None, "vat": TAXED}

    words = typesetting._invoice_words(note)

    assert words["heading"] == "Creditnota 2027-0001"
    assert words["note"] == "Deze nota crediteert factuur 2027-0001."
    assert words["sums"] == [["Totaal exclusief btw", "−€\xa0987,60"], ["Btw 21%", "−€\xa0207,40"]]
    assert words["total"] == "−€\xa01.195,00"
    assert words["pay"] == []


def test_an_exempt_invoice_names_the_exemption_and_asks_for_the_money():
    words = typesetting._invoice_words(INVOICE)

    assert words["vat_note"] == "Vrijgesteld van btw (onderwijsvrijstelling)."
    assert words["sums"] == []
    assert words["pay"] == [
        "Wij ontvangen graag €\xa01.195,00 uiterlijk op 28 januari 2027",
        "Op rekening NL91\xa0ABNA\xa00417\xa01643\xa000 ten name van Stichting Runningtherapie,"
        " onder vermelding van 2027-0001.",
    ]


def test_a_paid_invoice_says_when():
    words = typesetting._invoice_words(INVOICE | {"paid_on": "2027-01-15"})

    assert words["pay"] == ["Betaald op 15 januari 2027"]


def test_lines_that_are_not_known_are_left_out():
    words = typesetting._invoice_words(INVOICE)

    assert words["buyer"] == ["Noor van der Meer"]
    assert words["seller"][1] == ["info@example.nl"]
