import pytest
from django.db import OperationalError
from django.test import Client

from core import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.fixture
def broken(monkeypatch):
    """Makes every page raise the given error."""

    def breaks(error):
        def serve(*args, **kwargs):
            raise error

        monkeypatch.setattr("core.middleware.StaffSession.__call__", serve)

    return breaks


@pytest.mark.parametrize(("path", "language"), [("/nergens/", "nl"), ("/en/nowhere/", "en")])
def test_a_missing_page_answers_in_its_language(client, site_tree, path, language):
    response = client.get(path)
    assert response.status_code == 404
    assert f'<html lang="{language}"' in response.text
    assert response["Content-Language"] == language
    assert "Content-Security-Policy" in response


@pytest.mark.parametrize(("path", "language"), [("/", "nl"), ("/en/", "en")])
def test_a_mistake_of_ours_is_a_500_in_its_language(client, broken, path, language):
    broken(ValueError("secret detail"))
    response = client.get(path)
    assert response.status_code == 500
    assert f'<html lang="{language}"' in response.text
    assert "secret detail" not in response.text


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ({"ADMINS": [("Beheer", "beheer@example.nl")]}, True),
        ({"SENTRY_DSN": "x"}, True),
        ({}, False),
    ],
)
def test_the_page_says_that_somebody_was_told_only_if_somebody_is(
    client, broken, settings, who, told
):
    settings.ADMINS, settings.SENTRY_DSN = [], ""
    for name, value in who.items():
        setattr(settings, name, value)
    broken(ValueError())
    assert ("We have been told." in client.get("/en/").text) == told


def test_a_database_that_is_down_is_a_503_without_a_query(
    client, broken, django_assert_num_queries
):
    broken(OperationalError("connection refused"))
    with django_assert_num_queries(0):
        response = client.get("/")
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "no-store" in response["Cache-Control"]


def test_maintenance_closes_public_pages_only(client, settings, django_assert_num_queries):
    settings.MAINTENANCE = True
    with django_assert_num_queries(0):
        response = client.get("/cursus/")
    assert response.status_code == 503
    assert "Retry-After" in response
    assert client.get("/healthz").status_code == 200
    assert client.get("/account/login/").status_code == 200


def test_an_error_page_that_cannot_be_rendered_still_answers(client, broken, monkeypatch):
    def fails(template, context=None):
        raise RuntimeError(template)

    broken(ValueError())
    monkeypatch.setattr(errors, "render_to_string", fails)
    response = client.get("/")
    assert response.status_code == 500
    assert '<html lang="nl">' in response.text


def test_an_unknown_host_is_a_bad_request(client):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.text


@pytest.mark.parametrize("path", ["/?q=%00", "/en/zoeken/?q=a%00b", "/a%00b/"])
def test_null_characters_are_a_bad_request(client, path):
    assert client.get(path).status_code == 400


@pytest.fixture
def strict(site_tree):
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def test_a_form_with_a_lost_token_keeps_what_was_typed(strict):
    typed = {"name": ["'t Hooft", '"><b>'], "motivation": "regel 1\nregel 2", "empty": ""}
    response = strict.post("/somewhere/?a=1", typed | {"csrfmiddlewaretoken": "old"})

    assert response.status_code == 403
    assert 'action="/somewhere/?a=1"' in response.text
    assert '<input type="hidden" name="name" value="&#x27;t Hooft">' in response.text
    assert '<input type="hidden" name="name" value="&quot;&gt;&lt;b&gt;">' in response.text
    assert 'name="motivation" value="regel 1\nregel 2"' in response.text
    assert response.text.count('name="csrfmiddlewaretoken"') == 1
    assert "no-store" in response["Cache-Control"]


def test_one_press_sends_that_form_again(strict):
    page = strict.post("/somewhere/", {"name": "Jan"})
    token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    again = strict.post("/somewhere/", {"name": "Jan", "csrfmiddlewaretoken": token})
    assert again.status_code == 404  # it passed the check; no view has this address


def test_a_post_from_another_site_is_refused(strict):
    response = strict.post("/x/", {"name": "Jan"}, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert "Jan" not in response.text


@pytest.mark.parametrize("path", ["/admin/pages/1/edit/", "/account/login/"])
def test_staff_forms_are_not_offered_again(strict, path):
    response = strict.post(path, {"password": "hunter2"})
    assert response.status_code == 403
    assert "hunter2" not in response.text


def test_too_many_logins_from_one_network_get_our_429_page(client, settings, site_tree):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    answers = [client.post("/account/login/", {"login": "Jan", "password": "x"}) for _ in "12"]

    assert [response.status_code for response in answers] == [200, 429]
    assert "Het is erg druk vanaf uw netwerk" in answers[1].text
