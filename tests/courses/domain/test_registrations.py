"""Registration numbers in the register of a profession."""

import pytest

from courses.domain import people, registrations, sign_ups
from courses.models import Answer
from tests import factories


@pytest.fixture
def sign_up(event):
    given = sign_ups.Given("nummer", "Registratienummer", "NIP-00123456", field_type="registration")
    lunch = sign_ups.Given("lunch", "Lunch", "Vegetarisch", field_type="dropdown")
    return factories.sign_up(event, factories.somebody(answers=(given, lunch)))


def number_of(sign_up):
    return registrations.numbers_by_sign_up([sign_up]).get(sign_up.pk)


def notes(sign_up):
    return [change.note for change in sign_up.changes.all() if change.note]


def test_a_number_on_the_form_is_found_by_the_type_of_its_question(sign_up):
    assert number_of(sign_up) == "NIP-00123456"


def test_the_office_can_correct_a_number(sign_up, office):
    registrations.change_number(sign_up, " NIP-00654321 ", by=office)

    assert number_of(sign_up) == "NIP-00654321"
    assert sign_up.answers.get(key="nummer").question == "Registratienummer"
    assert notes(sign_up) == ["registration number noted"]
    assert sign_up.changes.last().by == office


def test_the_office_can_add_a_number(event, office):
    sign_up = factories.sign_up(event)

    registrations.change_number(sign_up, "KNGF 12345678901", by=office)

    answer = sign_up.answers.get()
    assert (answer.key, answer.question) == (registrations.OFFICE_KEY, "Registratienummer")
    assert number_of(sign_up) == "KNGF 12345678901"


def test_an_equal_number_is_no_change(sign_up, office):
    registrations.change_number(sign_up, "NIP-00123456", by=office)

    assert notes(sign_up) == []


def test_a_number_can_be_removed(sign_up, office):
    registrations.change_number(sign_up, "", by=office)

    assert number_of(sign_up) is None
    assert notes(sign_up) == ["registration number removed"]


def test_two_numbers_are_joined_and_become_one_when_corrected(sign_up, office):
    Answer.objects.create(
        sign_up=sign_up, key="big", question="BIG", value="49012345678", field_type="registration"
    )
    assert number_of(sign_up) == "NIP-00123456; 49012345678"

    registrations.change_number(sign_up, "NIP-00123456; BIG 49012345678", by=office)

    assert number_of(sign_up) == "NIP-00123456; BIG 49012345678"


def test_a_substitute_does_not_get_the_number(sign_up):
    colleague = people.Person("Bram", "Bakker", "bram@example.nl", "06 12345678")

    people.substitute(sign_up, colleague)

    assert number_of(sign_up) is None
