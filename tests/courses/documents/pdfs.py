"""Facts for documents, and what tests check in a PDF."""

import io

import pikepdf

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
UNUSUAL_NAMES = [
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
    """The metadata that a screen reader and a checker of PDF/UA look at first."""
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
