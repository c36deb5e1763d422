"""Names are kept as people write them."""

import unicodedata
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from courses.domain import corrections, forgetting, people
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


def key_of(sign_up):
    return SignUp.objects.get(pk=sign_up.pk).name_key


def test_the_place_in_a_list_follows_every_change_of_the_name(event, office):
    taken = factories.sign_up(event, factories.application(last_name="Zwart"))
    other = factories.sign_up(event, factories.somebody(last_name="Blijft"))
    assert key_of(taken) == "zwart  noor"

    corrections.correct(taken, {"last_name": "van der Berg"}, by=office)
    assert key_of(taken) == "berg  noor"
    corrections.correct(taken, {"first_name": "Zoë"}, by=office)
    assert key_of(taken) == "berg  zoe"
    corrections.correct(taken, {"phone": "06 87654321"}, by=office)
    assert key_of(taken) == "berg  zoe"

    colleague = people.Person("Bram", "d'Hondt", "bram@example.nl", "06 12345678")
    people.substitute(taken, colleague)
    assert key_of(taken) == "hondt  bram"

    forgetting.forget_sign_up(taken.pk, timezone.now())
    assert key_of(taken) == ""
    assert key_of(other).startswith("blijft")


def test_names_from_before_there_was_a_key_get_one(event):
    migration = import_module("courses.migrations.0014_names_in_order")
    taken = factories.sign_up(event, factories.application(last_name="van der Berg"))
    gone = factories.sign_up(event, factories.somebody())
    forgetting.forget_sign_up(gone.pk, timezone.now())
    SignUp.objects.update(name_key="")

    migration.fill_in(apps, connection.schema_editor())

    assert (key_of(taken), key_of(gone)) == ("berg  noor", "")


@pytest.mark.postgres
def test_the_order_does_not_depend_on_the_language_of_the_server():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT collation_name FROM information_schema.columns"
            " WHERE table_name = 'courses_signup' AND column_name = 'name_key'"
        )
        assert cursor.fetchone() == ("C",)
