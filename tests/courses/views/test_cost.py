"""How many questions the pages of a date and of signing up cost the database, when not kept.

BEGIN and COMMIT are not counted, savepoints are.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import CourseIndexPage, CoursePage, SignUp, SignUpQuestion
from tests import factories, visitors

pytestmark = pytest.mark.usefixtures("content", "own_database")

MOST_TO_CONFIRM = 25


def statements(call):
    with CaptureQueriesContext(connection) as queries:
        response = call()
    asked = [query["sql"] for query in queries]
    return response, [sql for sql in asked if not sql.startswith(("BEGIN", "COMMIT"))]


def confirm(**changes):
    """The answer to the confirmation of a form that was checked, and its SQL."""
    client, url = Client(), visitors.form_url()
    checked = visitors.send(client, url, visitors.filled_in(**changes))
    fields = visitors.fields_of(visitors.last_form(checked)) | {"step": "confirm"}
    return statements(lambda: client.post(url, fields))


def ten_times_as_much():
    course, form = CoursePage.objects.first(), visitors.form_page()
    for number in range(20):
        factories.event(course, parts=[factories.part(200 + number), factories.part(300 + number)])
    SignUpQuestion.objects.bulk_create(
        SignUpQuestion(
            page=form,
            label=f"Vraag {number}",
            clean_name=f"vraag_{number}",
            field_type="singleline",
            required=False,
            locale=form.locale,
            sort_order=50 + number,
        )
        for number in range(20)
    )


def test_confirming_costs_at_most_25_and_no_more_with_ten_times_the_dates_and_questions():
    confirm(email="eerste@example.nl", first_name="Eerste")  # the process knows its content types
    response, asked = confirm()
    assert response.status_code == 302
    assert len(asked) <= MOST_TO_CONFIRM, "\n".join(asked)

    ten_times_as_much()
    confirm(email="derde@example.nl", first_name="Derde")
    response, later = confirm(email="vierde@example.nl", first_name="Vierde")
    assert response.status_code == 302
    assert len(later) == len(asked), "\n".join(later)
    assert SignUp.objects.filter(state="awaiting_payment", payments__isnull=False).count() == 4


def home():
    return "/"


def index():
    return CourseIndexPage.objects.get(locale__language_code="nl").url


def course():
    return CoursePage.objects.get(locale__language_code="nl").url


@pytest.mark.parametrize(("path", "most"), [(home, 10), (index, 10), (course, 12)])
def test_a_first_view_costs_few_and_no_more_with_ten_times_the_dates(path, most):
    client, url = Client(), path()
    client.get(url)
    _response, asked = statements(lambda: client.get(url))
    assert len(asked) <= most, "\n".join(sql[:60] + sql[sql.find("FROM") :][:160] for sql in asked)

    ten_times_as_much()
    client.get(url)
    _response, later = statements(lambda: client.get(url))
    assert len(later) == len(asked)
