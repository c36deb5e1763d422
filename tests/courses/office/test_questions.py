"""The institute's own questions, as staff write them in the CMS."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from wagtail.models import Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.forms.questions import QuestionBuilder, in_words
from courses.models import SignUpPage, SignUpQuestion
from tests import visitors

migration = import_module("courses.migrations.0018_choices_on_lines")

TWICE = "Er is al een vraag met deze tekst. Geef een van beide een andere tekst."


@pytest.fixture
def page(loaded_site):
    """A form with the questions “Dieet” and “Vervoer”."""
    page = visitors.form_page()
    page.questions.set(
        [
            SignUpQuestion(label="Dieet", field_type="singleline", locale=page.locale),
            SignUpQuestion(label="Vervoer", field_type="singleline", locale=page.locale),
        ]
    )
    page.save_revision().publish()
    return SignUpPage.objects.get(pk=page.pk)


def save(client, page, *labels):
    """Save the page in the CMS with labels for the questions that it has, then for new ones."""
    kept = list(page.questions.all())
    rows = [
        {"id": row.pk, "label": label, "field_type": "singleline", "required": ""}
        for row, label in zip(kept, labels, strict=False)
    ]
    new = labels[len(kept) :]
    rows += [{"id": "", "label": label, "field_type": "singleline"} for label in new]
    values = {
        "title": page.title,
        "slug": page.slug,
        "kind": page.kind,
        "introduction": rich_text("<p>Hallo</p>"),
        "thank_you": rich_text("<p>Tot dan</p>"),
        "consents": streamfield([("consent", {"text": rich_text("<p>Ja</p>"), "required": "on"})]),
        "terms_page": "",
        "questions": inline_formset(rows, initial=len(kept)),
        "comments": inline_formset([]),
        "action-publish": "1",
    }
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), nested_form_data(values))


def questions_of(page):
    return list(page.questions.order_by("sort_order").values_list("label", "clean_name"))


@pytest.mark.parametrize("label", ["Dieet", "dieet ", " DIEET"])
def test_a_question_that_is_there_already_gets_an_error_beside_the_second(
    page, admin_client, label
):
    refused = save(admin_client, page, "Dieet", "Vervoer", label)

    formset = refused.context["form"].formsets["questions"]
    assert [form.errors for form in formset.forms] == [{}, {}, {"label": [TWICE]}]
    assert len(questions_of(SignUpPage.objects.get(pk=page.pk))) == 2


def test_a_question_may_be_reworded_and_its_former_text_asked_anew(page, admin_client):
    assert save(admin_client, page, "Wensen", "Vervoer", "Dieet", "Dieet?").status_code == 302

    assert questions_of(SignUpPage.objects.get(pk=page.pk)) == [
        ("Wensen", "dieet"),
        ("Vervoer", "vervoer"),
        ("Dieet", "dieet_2"),
        ("Dieet?", "dieet_3"),
    ]


def choices_of(**facts):
    question = SignUpQuestion(label="Vervoer", clean_name="vervoer", **facts)
    field = QuestionBuilder([question]).formfields["vervoer"]
    return [label for _value, label in field.choices], field.initial


@pytest.mark.parametrize(
    ("written", "choices"),
    [
        ("Auto, trein of fiets", ["Auto, trein of fiets"]),
        ("Auto\r\nTrein, of bus\r\n\r\n Fiets ", ["Auto", "Trein, of bus", "Fiets"]),
    ],
)
def test_choices_stand_one_a_line(written, choices):
    assert choices_of(field_type="radio", choices=written)[0] == choices


def test_what_is_ticked_beforehand_may_hold_a_comma():
    facts = {"choices": "Auto\nTrein, of bus", "default_value": "Trein, of bus"}
    assert choices_of(field_type="checkboxes", **facts)[1] == ["Trein, of bus"]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (["Fiets", "Auto"], "Fiets, Auto"),
        (["Fiets", "Trein, of bus"], "Fiets; Trein, of bus"),
        (["Trein, of bus"], "Trein, of bus"),
    ],
)
def test_several_choices_can_be_told_apart(chosen, words):
    choices = "Auto\nTrein, of bus\nFiets"
    question = SignUpQuestion(
        label="Vervoer", clean_name="vervoer", field_type="checkboxes", choices=choices
    )
    field = QuestionBuilder([question]).formfields["vervoer"]
    assert in_words(field, chosen) == words


def test_choices_that_stood_on_one_line_get_lines_wherever_they_are_kept(page):
    facts = {"field_type": "checkboxes", "locale": page.locale}
    page.questions.set(
        [
            SignUpQuestion(label="A", choices="Auto, trein,fiets", default_value="Auto", **facts),
            SignUpQuestion(label="B", choices="Auto, bus\nFiets", **facts),
        ]
    )
    page.save_revision().publish()

    migration.put_choices_on_lines(apps, SimpleNamespace(connection=connection))

    expected = ["Auto\ntrein\nfiets", "Auto, bus\nFiets"]
    latest = Revision.objects.for_instance(page).latest("pk")
    rows = SignUpQuestion.objects.filter(page=page.pk).order_by("label")
    assert list(rows.values_list("choices", flat=True)) == expected
    assert [question["choices"] for question in latest.content["questions"]] == expected


def test_staff_choose_among_few_kinds_of_answer_in_their_own_words(admin_client, page):
    page.questions.set(
        [
            SignUpQuestion(label="Dieet", field_type="singleline", locale=page.locale),
            SignUpQuestion(label="Site", field_type="url", locale=page.locale),
        ]
    )
    page.save_revision().publish()
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    forms = admin_client.get(url).context["form"].formsets["questions"].forms
    offered = [
        [
            value
            for _name, group, _index in form["field_type"].field.widget.optgroups("", [kind])
            for value in (option["value"] for option in group)
        ]
        for form, kind in zip(forms, ("singleline", "url"), strict=False)
    ]
    few = ["", "singleline", "multiline", "radio", "checkboxes", "checkbox", "date"]
    assert offered[0] == [*few, "file", "registration"]
    assert offered[1] == [*few, "file", "registration", "url"]
    assert "Kort antwoord, één regel" in admin_client.get(url).text
