"""The institute's own questions: every kind can be answered, left open, required and refused."""

import pytest

from courses.domain.sign_ups import Given
from courses.models import SignUpQuestion
from tests import visitors
from tests.courses.forms.filling import add_question, form

pytestmark = pytest.mark.anywhere


ANSWERS = {
    "singleline": ("Langs de IJssel", "Langs de IJssel"),
    "multiline": ("Langs\r\nde IJssel", "Langs\r\nde IJssel"),
    "email": ("loper@example.nl", "loper@example.nl"),
    "number": ("12.5", "12.5"),
    "url": ("https://example.nl/", "https://example.nl/"),
    "checkbox": ("on", "Yes"),
    "checkboxes": (["Bos", "Hei"], "Bos, Hei"),
    "dropdown": ("Hei", "Hei"),
    "multiselect": (["Bos", "Hei"], "Bos, Hei"),
    "radio": ("Bos", "Bos"),
    "date": ("2026-05-01", "1 May 2026"),
    "datetime": ("2026-05-01T10:30", "1 May 2026, 10:30"),
    "hidden": ("via de folder", "via de folder"),
    "registration": (" NIP-00123456 ", "NIP-00123456"),
}


WRONG = {
    "email": "x",
    "number": "veel",
    "url": "geen adres",
    "checkboxes": ["Strand"],
    "dropdown": "Strand",
    "multiselect": ["Strand"],
    "radio": "Strand",
    "date": "31-31-2026",
    "datetime": "gisteren",
}


def choices_for(kind):
    return "Bos\r\nHei" if kind in ("checkboxes", "dropdown", "multiselect", "radio") else ""


def test_these_tests_cover_every_kind_of_question():
    assert {*ANSWERS, "file"} == {kind for kind, _label in SignUpQuestion.FIELD_TYPES}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_question_can_be_answered(loaded_site, kind):
    typed, kept = ANSWERS[kind]
    question = add_question(kind, choices=choices_for(kind))
    name = f"q_{question.clean_name}"

    sign_up = form(visitors.filled_in(**{name: typed}))

    assert sign_up.errors == {}
    assert sign_up.application().answers[-1] == Given(
        key=question.clean_name, question="Waar loopt u?", value=kept, field_type=kind
    )


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_question_can_be_left_open(loaded_site, kind):
    add_question(kind, choices=choices_for(kind))

    assert form(visitors.filled_in()).errors == {}


def test_a_registration_number_is_always_optional(loaded_site):
    add_question("registration", required=True)

    assert form(visitors.filled_in()).errors == {}


@pytest.mark.parametrize("kind", sorted({*ANSWERS, "file"} - {"registration"}))
def test_every_kind_of_question_can_be_required(loaded_site, kind):
    question = add_question(kind, choices=choices_for(kind), required=True)

    assert form(visitors.filled_in()).errors == {
        f"q_{question.clean_name}": ["Answer this question: Waar loopt u?"]
    }


@pytest.mark.parametrize(("kind", "typed"), WRONG.items())
def test_a_wrong_answer_is_refused(loaded_site, kind, typed):
    question = add_question(kind, choices=choices_for(kind))
    name = f"q_{question.clean_name}"

    assert list(form(visitors.filled_in(**{name: typed})).errors) == [name]


def test_a_question_with_a_very_long_label_can_be_answered(loaded_site):
    question = add_question(label="Waar loopt u? " * 18)
    sign_up = form(visitors.filled_in(**{f"q_{question.clean_name}": "Hier"}))

    assert sign_up.is_valid()
    assert sign_up.application().answers[-1].question == question.label
