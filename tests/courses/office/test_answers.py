"""The office fills in and corrects what people answered to the institute's own questions."""

import pytest
from django.urls import reverse

from courses.domain import people
from courses.domain.sign_ups import Given
from courses.models import SignUp, SignUpQuestion
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


@pytest.fixture
def form_page(event, course):
    page = factories.form_page(course)
    facts = {"locale": page.locale}
    page.questions.set(
        [
            SignUpQuestion(label="Dieet", field_type="singleline", required=True, **facts),
            SignUpQuestion(label="Maat", field_type="dropdown", choices="S\nM", **facts),
            SignUpQuestion(label="Dagen", field_type="checkboxes", choices="Do\nVr", **facts),
            SignUpQuestion(label="Eten mee", field_type="checkbox", **facts),
            SignUpQuestion(label="Geboren", field_type="date", **facts),
            SignUpQuestion(label="Diploma", field_type="file", **facts),
            SignUpQuestion(label="Register", field_type="registration", **facts),
        ]
    )
    return factories.publish(page)


@pytest.fixture
def answered(form_page, make_sign_up):
    answers = (
        Given("dieet", "Dieet", "geen"),
        Given("maat", "Maat", "M", field_type="dropdown"),
        Given("dagen", "Dagen", "Do, Vr", field_type="checkboxes"),
        Given("geboren", "Geboren", "1 mei 1980", field_type="date"),
    )
    return make_sign_up(answers=answers, remarks="Komt met de trein.")


def url(sign_up):
    return reverse("sign_ups:answers", args=[sign_up.pk])


def answers_of(sign_up):
    return dict(sign_up.answers.order_by("pk").values_list("question", "value"))


def filled_in(form, **changes):
    """What a browser sends: the values shown, also as they were when the page was shown."""
    data = {}
    for field in form:
        value = form.get_initial_for_field(field.field, field.name)
        if value not in (None, "", False, []):
            data[field.name] = data[f"initial-{field.name}"] = value
    return data | changes


def test_the_form_shows_what_was_answered_and_asks_nothing_that_is_kept_elsewhere(office, answered):
    form = office.get(url(answered)).context["form"]
    assert list(form.fields) == ["dieet", "maat", "dagen", "eten_mee", "geboren", "remarks"]
    assert form.initial == {
        "dieet": "geen",
        "maat": "M",
        "dagen": ["Do", "Vr"],
        "eten_mee": False,
        "geboren": "1 mei 1980",
        "remarks": "Komt met de trein.",
    }


def test_an_answer_is_corrected_and_the_others_stay(office, answered, make_sign_up):
    other = make_sign_up(answers=(Given("dieet", "Dieet", "geen"),))
    form = office.get(url(answered)).context["form"]
    office.post(url(answered), filled_in(form, dieet="veganist"))
    assert answers_of(answered) == {
        "Dieet": "veganist",
        "Maat": "M",
        "Dagen": "Do, Vr",
        "Geboren": "1 mei 1980",
    }
    assert answers_of(other) == {"Dieet": "geen"}
    assert SignUp.objects.get(pk=answered.pk).remarks == "Komt met de trein."
    shown = office.get(reverse("sign_ups:inspect", args=[answered.pk])).text
    assert "antwoorden ingevuld of gecorrigeerd" in shown


def test_answers_are_entered_for_somebody_who_was_added_or_came_instead(office, answered):
    colleague = people.Person("Els", "", "Visser", "els@example.nl", "06 11111111")
    people.substitute(answered, colleague)
    shown = office.get(reverse("sign_ups:inspect", args=[answered.pk])).text
    assert "Er zijn geen antwoorden." in shown
    assert "Akkoord van wie eerst kwam" in shown
    office.post(url(answered), {"maat": "S", "dagen": ["Vr"], "eten_mee": "on", "remarks": "Fiets"})
    assert answers_of(answered) == {"Maat": "S", "Dagen": "Vr", "Eten mee": "Ja"}
    assert SignUp.objects.get(pk=answered.pk).remarks == "Fiets"


def test_a_choice_that_is_not_offered_any_more_is_kept_and_shown(office, answered):
    answered.answers.filter(key="maat").update(value="XL")
    page = office.get(url(answered))
    assert "Nu: XL" in page.text
    office.post(url(answered), filled_in(page.context["form"], dieet="veganist"))
    assert answers_of(answered)["Maat"] == "XL"


def test_only_staff_who_may_read_answers_correct_them(make_client, answered):
    assert make_client("Geld").get(url(answered)).status_code == 302
