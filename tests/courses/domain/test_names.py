"""Names are kept as people write them."""

import unicodedata

import pytest

from courses.models import SignUp
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db


# Names that a form must accept and keep unchanged.
NAMES = [
    ("'t Hooft", "Gerard"),
    ("Meer-Öztürk", "Ayşe"),
    ("Nguyễn", "Thị Minh Khai"),
    ("Łukasz", "Żółć"),
    ("李", "明"),
    ("חיים", "דוד"),
    ("Ó", "X"),
    ("L" * 200, "F" * 200),
    (unicodedata.normalize("NFC", "Zoë"), unicodedata.normalize("NFC", "Renée")),
    (unicodedata.normalize("NFD", "Zoë"), unicodedata.normalize("NFD", "Renée")),
    ("<b>Vet</b> & {code}", "{status_url}"),
    ("=1+1", "Robert'); DROP TABLE"),
    ("🏃‍♀️", "a, b; c"),
]


@pytest.mark.parametrize(("last_name", "first_name"), NAMES)
def test_names_are_saved_and_mailed_unchanged(event, last_name, first_name):
    filled_in = factories.application(first_name=first_name, infix="", last_name=last_name)
    taken = factories.sign_up(event, filled_in)

    stored = SignUp.objects.get(pk=taken.pk)
    assert (stored.first_name, stored.last_name) == (first_name, last_name)
    assert stored.full_name == f"{first_name} {last_name}"
    person, office = OutgoingMail.objects.order_by("pk")
    assert person.body_text.startswith(f"Beste {first_name},\n")
    assert office.body_text.startswith(f"{first_name} {last_name} heeft zich ingeschreven")
    assert person.to_name == f"{first_name} {last_name}"[:200]
    assert (person.to, office.to) == ("noor@example.nl", "office@example.nl")


def test_the_infix_is_between_the_names_and_after_them_in_a_list(event):
    taken = factories.sign_up(event, factories.application())
    assert taken.full_name == "Noor van der Meer"
    assert taken.sort_name == "Meer, Noor van der"
