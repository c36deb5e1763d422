"""The big search of the CMS finds people, groups, questions and mails."""

import pytest
from bs4 import BeautifulSoup

from tests.courses.office.conftest import *  # noqa: F403  a course, a date, people, browsers

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]
LISTS = (
    "/admin/sign-ups/",
    "/admin/rosters/",
    "/admin/snippets/faq/faqquestion/",
    "/admin/outbox/",
)


def areas(client):
    shown = client.get("/admin/pages/search/", {"q": "Bakker"}).text
    links = BeautifulSoup(shown, "html.parser").select("nav a, .nav-search a, a[href*='q=Bakker']")
    return {link["href"].partition("?")[0] for link in links if "q=Bakker" in link["href"]}


def test_who_may_see_people_and_mails_searches_them_there(make_client, make_sign_up):
    make_sign_up(last_name="Bakker")
    make_sign_up(last_name="Visser")
    client = make_client("superuser")
    assert set(LISTS) <= areas(client)
    found = client.get("/admin/sign-ups/", {"q": "Bakker"}).context["object_list"]
    assert [row.last_name for row in found] == ["Bakker"]


def test_others_are_not_shown_these_lists(make_client, course):
    assert areas(make_client("Teksten")) & set(LISTS) == {"/admin/snippets/faq/faqquestion/"}
