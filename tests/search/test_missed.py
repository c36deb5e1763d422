"""What is asked in vain is counted per week, and nothing that may be about somebody."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from core import retention
from search import missed
from search.models import Missed

pytestmark = pytest.mark.django_db


def rows():
    return list(Missed.objects.order_by("query").values_list("query", "language", "times"))


def test_the_same_words_are_counted_together():
    for query in ("Zweefvliegen", "zweefvliegen", "yoga"):
        missed.note(query, "nl")
    missed.note("yoga", "en")

    assert rows() == [("yoga", "nl", 1), ("yoga", "en", 1), ("zweefvliegen", "nl", 2)]
    assert Missed.objects.values_list("week").distinct().get()[0].weekday() == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "jan@example.nl",
        "06 12345678",
        "06-1234.5678",
        "12-03-1980",
        "ik ben jan en ik heb last van mijn knie",
    ],
)
def test_what_may_be_about_somebody_is_not_kept(query):
    missed.note(query, "nl")

    assert rows() == []


def test_a_machine_cannot_fill_the_table(monkeypatch):
    monkeypatch.setattr(missed, "MOST_PER_WEEK", 2)
    for word in ("een", "twee", "drie", "een"):
        missed.note(word, "nl")

    assert sorted(rows()) == [("een", "nl", 2), ("twee", "nl", 1)]


def test_it_is_forgotten_after_thirteen_weeks():
    today = timezone.localdate()
    old, kept = today - timedelta(weeks=14), today - timedelta(weeks=12)
    for week in (old, kept):
        Missed.objects.create(week=missed.week_of(week), language="nl", query="yoga", times=1)
    retention.remove_due()

    assert [row.week for row in Missed.objects.all()] == [missed.week_of(kept)]


def test_a_week_begins_on_monday():
    assert missed.week_of(date(2026, 11, 29)) == date(2026, 11, 23)


def test_the_search_page_counts_only_what_finds_nothing(loaded_site, client):
    for query in ("zweefvliegen", "cursus", "contact", ""):
        client.get("/zoeken/", {"q": query})
    client.head("/zoeken/", {"q": "zweefvliegen"})

    assert rows() == [("zweefvliegen", "nl", 1)]


def test_staff_see_what_was_asked_in_vain_and_go_on_to_an_answer(loaded_site, admin_client):
    for query in ("yoga", "zweefvliegen", "zweefvliegen"):
        missed.note(query, "nl")
    html = BeautifulSoup(admin_client.get(reverse("missed:index")).content, "html.parser")
    links = [link for link in html.select("td a, th a") if "question=" in link["href"]]
    assert [link.get_text(strip=True) for link in links] == ["zweefvliegen", "yoga"]

    form = BeautifulSoup(admin_client.get(links[0]["href"]).content, "html.parser")

    assert [link.get_text(strip=True) for link in links] == ["zweefvliegen", "yoga"]
    field = form.select_one("[name=question]")

    assert (field.get("value") or field.get_text(strip=True)) == "zweefvliegen"
