import pytest
from django.utils import translation

from courses.documents.certificates import attended_in_words, certificate_pdf
from tests.courses.documents.pdfs import CERTIFICATE, promises, sheets

pytestmark = pytest.mark.anywhere


def test_a_certificate_has_the_name_of_the_person_in_its_title():
    made = promises(certificate_pdf(CERTIFICATE, "nl"))

    assert made["title"] == "Certificaat van deelname: Noor van der Meer"
    assert (made["tagged"], made["ua"], made["language"]) == (True, "1", "nl")


def test_a_certificate_can_have_no_signers_and_no_places():
    assert sheets(certificate_pdf(CERTIFICATE | {"signers": [], "places": []}, "en")) == 1


@pytest.mark.parametrize(
    ("language", "more", "words"),
    [
        ("nl", {}, ""),
        ("nl", {"number_of_days": 3, "hours": 22.5}, "3 van de 3 dagen, 22,5 uur"),
        ("en", {"number_of_days": 4, "hours": 21.0}, "3 of 4 days, 21 hours"),
        ("nl", {"number_of_days": 3, "hours": None}, "3 van de 3 dagen"),
    ],
)
def test_how_much_was_attended_is_told_as_far_as_it_is_known(language, more, words):
    with translation.override(language):
        assert attended_in_words(CERTIFICATE | more) == words


def test_a_certificate_with_all_that_is_known_stays_one_sheet():
    known = {
        "version": "driedaagse cursus, zoals gegeven vanaf 2014",
        "number_of_days": 3,
        "hours": 22.5,
        "registers": [f"Centraal Kwaliteitsregister, deelregister {n}: nummer 1" for n in "ABC"],
    }
    for name in (CERTIFICATE["name"], "van der " * 12 + "Meer"):
        assert sheets(certificate_pdf(CERTIFICATE | known | {"name": name}, "nl")) == 1
