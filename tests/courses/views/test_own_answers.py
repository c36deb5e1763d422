"""A person changes their own answers until the day before, and a substitute gives their own."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone, translation

from courses.domain import corrections, people, transitions
from courses.models import Answer, Change, SignUpQuestion
from courses.reading import links
from mail.models import OutgoingMail
from tests import factories, visitors

pytestmark = pytest.mark.anywhere

LUNCH = "Geen voorkeur\r\nVegetarisch"
COLLEAGUE = people.Person("Sanne", "Bos", "sanne@example.nl", "06 12345678")


@pytest.fixture
def asked(event):
    """The event with two questions on its form."""
    form = factories.form_page(event.course)
    for number, (label, key, kind, choices) in enumerate(
        [
            ("Wat wilt u bij de lunch?", "lunch", "dropdown", LUNCH),
            ("Registratienummer", "registratienummer", "registration", ""),
        ]
    ):
        SignUpQuestion.objects.create(
            page=form,
            label=label,
            clean_name=key,
            field_type=kind,
            choices=choices,
            required=False,
            sort_order=number,
            locale=form.locale,
        )
    return factories.again(event)


@pytest.fixture
def sign_up(asked):
    taken = factories.sign_up(asked)
    transitions.confirm(taken, timezone.now())
    Answer.objects.create(sign_up=taken, key="lunch", question="Lunch?", value="Vegetarisch")
    other = factories.sign_up(asked)
    Answer.objects.create(sign_up=other, key="lunch", question="Lunch?", value="Vegetarisch")
    return taken


def url(sign_up, name="answers"):
    with translation.override(sign_up.language):
        return reverse(f"sign_up_{name}", args=[links.token(sign_up)])


def answers(sign_up):
    return dict(sign_up.answers.values_list("key", "value"))


def shown(client, sign_up):
    return visitors.fields_of(visitors.last_form(client.get(url(sign_up))))


def note(response):
    return (
        BeautifulSoup(response.content, "html.parser")
        .select_one(".status-note")
        .get_text(" ", strip=True)
    )


def test_an_answer_can_be_changed_and_nobody_elses_is(client, sign_up, asked):
    OutgoingMail.objects.all().delete()
    values = shown(client, sign_up) | {"lunch": "Geen voorkeur", "registratienummer": "NIP-1"}
    response = client.post(url(sign_up), values, follow=True)

    assert note(response) == "Uw wijzigingen zijn bewaard."
    assert answers(sign_up) == {"lunch": "Geen voorkeur", "registratienummer": "NIP-1"}
    others = Answer.objects.exclude(sign_up=sign_up).values_list("value", flat=True)
    assert list(others) == ["Vegetarisch"]
    assert OutgoingMail.objects.count() == 0
    assert Change.objects.filter(sign_up=sign_up, note="answers changed", by=None).count() == 1


def test_what_was_answered_is_in_the_form_and_stays_if_nothing_is_changed(client, sign_up):
    values = shown(client, sign_up)
    response = client.post(url(sign_up), values, follow=True)

    assert values["lunch"] == ["Vegetarisch"]
    assert note(response) == "U hebt niets gewijzigd."
    assert answers(sign_up) == {"lunch": "Vegetarisch"}


def test_an_answer_that_is_not_offered_is_refused_and_kept_in_the_form(client, sign_up):
    values = shown(client, sign_up) | {"lunch": "Oesters", "remarks": "Tot dan!"}
    response = client.post(url(sign_up), values)

    assert response.status_code == 422
    assert "Tot dan!" in response.text
    assert answers(sign_up) == {"lunch": "Vegetarisch"}


@pytest.mark.parametrize(("days_before", "status"), [(1, 200), (0, 302), (-1, 302)])
def test_answers_can_be_changed_until_the_day_before(client, sign_up, asked, days_before, status):
    at = datetime.datetime.combine(
        asked.first_day - datetime.timedelta(days=days_before), datetime.time(12), datetime.UTC
    )
    with time_machine.travel(at, tick=False):
        assert client.get(url(sign_up)).status_code == status
        assert corrections.can_answer(sign_up) == (status == 200)
        if status != 200:
            with pytest.raises(transitions.WrongStateError):
                corrections.answer(sign_up, [], by=None, remarks="Te laat")


def test_a_substitute_is_asked_the_questions_of_the_institute(client, sign_up):
    former = client.get(url(sign_up, "status"))
    sign_up = people.substitute(sign_up, COLLEAGUE)
    before = client.get(url(sign_up, "status"))
    empty = shown(client, sign_up)
    client.post(url(sign_up), empty | {"lunch": "Geen voorkeur"})
    after = client.get(url(sign_up, "status"))

    words = "Uw eigen antwoorden op onze vragen kennen wij nog niet."
    assert [words in page.text for page in (former, before, after)] == [False, True, False]
    assert empty["lunch"] == [""]
    assert answers(sign_up) == {"lunch": "Geen voorkeur"}


def test_a_number_that_the_office_noted_is_not_asked_again(client, sign_up):
    Answer.objects.create(
        sign_up=sign_up,
        key="registration-number",
        question="Nummer",
        value="BIG 1",
        field_type=Answer.REGISTRATION,
    )

    assert "registratienummer" not in shown(client, sign_up)
