import pytest

from courses.documents.certificates import certificate_pdf
from tests.courses.documents.pdfs import CERTIFICATE, promises, sheets

pytestmark = pytest.mark.anywhere


def test_a_certificate_has_the_name_of_the_person_in_its_title():
    made = promises(certificate_pdf(CERTIFICATE, "nl"))

    assert made["title"] == "Certificaat van deelname: Noor van der Meer"
    assert (made["tagged"], made["ua"], made["language"]) == (True, "1", "nl")


def test_a_certificate_can_have_no_signers_and_no_places():
    assert sheets(certificate_pdf(CERTIFICATE | {"signers": [], "places": []}, "en")) == 1
