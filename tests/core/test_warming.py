"""Before a process answers anybody it has asked itself for the pages that load most."""

import pytest
from django.core.handlers.wsgi import WSGIHandler

from core import warming
from tests import visitors
from tests.wsgi import connections_kept


@pytest.fixture
def asked():
    """(the environments of what was asked, an application that remembers them)."""
    environments = []

    def application(environ, start_response):
        environments.append(environ)
        start_response("200 OK", [])
        return [b"..."]

    return environments, application


@pytest.fixture(autouse=True)
def connection_of_the_test(monkeypatch):
    """The thread of a test has only one, and goes on with it."""
    monkeypatch.setattr(warming.connections, "close_all", lambda: None)


def test_the_home_page_and_the_next_form_are_asked_for(loaded_site, asked, settings):
    settings.SITE_URL = "https://www.example.nl"
    environments, application = asked
    warming.warm_up(application)

    assert [environ["PATH_INFO"] for environ in environments] == ["/", visitors.form_url()]
    assert {environ["HTTP_HOST"] for environ in environments} == {"www.example.nl"}


def test_an_empty_site_has_only_a_home_page(db, asked):
    environments, application = asked
    warming.warm_up(application)

    assert [environ["PATH_INFO"] for environ in environments] == ["/"]


def test_the_site_answers_what_it_asks_itself(loaded_site):
    statuses = []
    site = WSGIHandler()

    def application(environ, start_response):
        return site(environ, lambda status, *more: statuses.append(status))

    with connections_kept():
        warming.warm_up(application)

    assert statuses == ["200 OK", "200 OK"]


def test_what_goes_wrong_stops_no_process(db, monkeypatch, asked):
    def fail():
        raise OSError("away")

    environments, application = asked
    monkeypatch.setattr(warming, "_finders", [fail, lambda: ["/contact/"]])

    warming.warm_up(application)

    assert [environ["PATH_INFO"] for environ in environments] == ["/contact/"]
