"""What strangers can store: nothing that a guard caught, and not much of the rest."""

import pytest
from django.test import Client

from core import health
from courses.domain import uploads as domain
from courses.models import Answer, Upload
from courses.views import sign_up as views
from tests import visitors
from tests.courses.forms.storing import ALUMNI, accept, in_private_storage, send_file
from tests.odd_files import PDF


@pytest.mark.parametrize("step", ["check", "edit", "confirm", "x"])
@pytest.mark.parametrize(
    "changes",
    [
        {"leave_empty": "x"},
        {"leave_empty": "x", "first_name": ""},
        {"shown_at": "1"},
        {"shown_at": ""},
    ],
)
def test_nothing_is_stored_of_a_form_that_a_guard_catches(
    loaded_site, client, settings, step, changes
):
    send_file(client, step, **changes)

    assert in_private_storage(settings) == []
    assert Upload.objects.count() == 0


@pytest.mark.parametrize("step", ["check", "edit", "confirm"])
def test_nothing_is_stored_above_the_limit_of_forms(
    loaded_site, client, settings, monkeypatch, step
):
    monkeypatch.setattr(views, "SIGN_UPS_PER_ADDRESS", "0/10m/ip")
    monkeypatch.setattr(views, "TRIES_PER_ADDRESS", "0/10m/ip")

    assert send_file(client, step).status_code == 429
    assert in_private_storage(settings) == []


def test_going_back_to_the_form_stores_nothing(loaded_site, client, settings):
    assert send_file(client, "edit").status_code == 200
    assert in_private_storage(settings) == []


def test_an_address_can_store_so_many_files(loaded_site, client, settings, monkeypatch):
    monkeypatch.setattr(views, "FILES_PER_ADDRESS", "2/1h/ip")

    answers = [send_file(client) for _file in range(3)]
    elsewhere = send_file(Client(REMOTE_ADDR="192.0.2.7"))

    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert list(visitors.inline_errors(answers[2])) == ["id_q_certificaat_error"]
    assert elsewhere.status_code == 200
    assert Upload.objects.count() == len(in_private_storage(settings)) == 3


def test_files_that_nobody_claims_have_a_limit_in_all(loaded_site, client, settings, monkeypatch):
    done = visitors.sign_up(client, visitors.form_url(ALUMNI), **visitors.filled_in_by_alumnus())
    assert done.status_code == 302
    answer = Answer.objects.filter(key="verklaring").get()
    Answer.objects.filter(pk=answer.pk).update(upload=accept("claimed.pdf", PDF))
    monkeypatch.setattr(domain, "MOST_UNCLAIMED_BYTES", 2 * len(PDF))

    seen = [health.states()["uploads"]]
    answers = []
    for _file in range(3):
        answers.append(send_file(client).status_code)
        seen.append(health.states()["uploads"])

    assert answers == [200, 200, 422]
    assert seen == ["ok", "ok", "fault", "fault"]
    assert Upload.objects.filter(answer=None).count() == 2


# --- What the check page shows ---
