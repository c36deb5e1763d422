import pytest

from courses.documents.certificates import certificate_pdf
from tests.courses.documents.pdfs import CERTIFICATE, promises, sheets

pytestmark = pytest.mark.anywhere


def test_a_certificate_says_whose_it_is_in_its_title():
    made = promises(certificate_pdf(CERTIFICATE, "nl"))

    assert made["title"] == "Certificaat van deelname: Noor van der Meer"
    assert (made["tagged"], made["ua"], made["language"]) == (True, "1", "nl")


def test_a_certificate_without_signers_or_places_is_made_too():
    assert sheets(certificate_pdf(CERTIFICATE | {"signers": [], "places": []}, "en")) == 1
