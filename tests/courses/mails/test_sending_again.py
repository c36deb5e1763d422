"""One form makes one sign-up, whatever is pressed after it was sent."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.models import SignUp, SignUpQuestion
from courses.reading import links
from tests import factories
from tests.load.visitors import details, hidden_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(institute):
    """The URL of the form of a date with one seat; it also asks for a file."""
    course = factories.course()
    page = factories.form_page(course)
    page.questions.add(SignUpQuestion(label="Diploma", field_type="file", required=True))
    page = factories.publish(page)
    return page.url_for(factories.event(course, capacity=1).code)


@pytest.fixture
def send(client, form):
    def send(data, step, **files):
        return client.post(form, {**data, **files, "step": step})

    return send


@pytest.fixture
def filled_in(client, form, send):
    """The fields of the last step."""
    with time_machine.travel(0, tick=False):
        shown = hidden_fields(client.get(form).text)
    pdf = SimpleUploadedFile("diploma.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")
    checked = send({**shown, **details(1)}, "check", q_diploma=pdf)
    assert checked.status_code == 200, checked.text
    return hidden_fields(checked.text)


@pytest.mark.parametrize("step", ["confirm", "check"])
def test_a_form_for_the_last_seat_sent_again_leads_to_the_same_page(send, filled_in, step):
    first = send(filled_in, "confirm")
    assert first.status_code == 302
    taken = SignUp.objects.get()
    assert first["Location"] == links.status_path(taken, "sign_up_pay")
    assert taken.answers.get().upload.name == "diploma.pdf"

    again = send(filled_in, step)
    assert (again.status_code, again.get("Location")) == (302, first["Location"])
    assert SignUp.objects.get() == taken


@pytest.mark.parametrize("key", ["", "x", "0", "\x00", "é" * 900, "00000000-0000-0000-0000"])
def test_a_malformed_key_finds_no_sign_up(send, filled_in, key):
    send(filled_in, "confirm")
    assert send({**filled_in, "idempotency_key": key}, "confirm").status_code in (400, 422)
    assert SignUp.objects.count() == 1
