import logging
import unicodedata

import pytest

from courses.documents.certificates import certificate_pdf
from courses.documents.invoices import invoice_pdf
from tests.courses.documents.pdfs import (
    CERTIFICATE,
    INVOICE,
    UNUSUAL_NAMES,
    opened,
    promises,
    sheets,
)

pytestmark = pytest.mark.anywhere


def test_the_text_of_a_document_can_be_selected_and_searched():
    with opened(certificate_pdf(CERTIFICATE, "nl")) as document:
        fonts = document.pages[0].Resources.Font
        assert all("/ToUnicode" in font for font in fonts.values())


@pytest.mark.parametrize("name", UNUSUAL_NAMES)
def test_every_name_is_text_in_a_font_that_has_it_and_fits_on_the_page(name):
    buyer = INVOICE["buyer"] | {"name": name, "organisation": name, "reference": name}
    invoice = invoice_pdf(INVOICE | {"participant": name, "buyer": buyer}, "nl")
    certificate = certificate_pdf(CERTIFICATE | {"name": name}, "nl")

    assert [promises(paper)["ua"] for paper in (invoice, certificate)] == ["1", "1"]
    shown = unicodedata.normalize("NFC", " ".join(name.split()))
    assert promises(certificate)["title"] == f"Certificaat van deelname: {shown}"
    assert sheets(certificate) == 1


def test_a_letter_that_no_font_has_costs_pdf_ua_but_not_the_document(caplog):
    with caplog.at_level(logging.WARNING, "courses.documents.typesetting"):
        pdf = certificate_pdf(CERTIFICATE | {"name": "ᚠᚢᚦ \U0001f3c3"}, "nl")

    with opened(pdf) as document, document.open_metadata() as about:
        assert (bool(document.Root.MarkInfo.Marked), "pdfuaid:part" in about) == (True, False)
    assert len(caplog.records) == 1
