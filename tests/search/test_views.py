"""Searching: what is found, how it is shown, and how odd queries are answered."""

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from django.utils.formats import date_format

from core.models import SiteSettings
from courses.models import CourseEventPage
from faq.models import FaqQuestion
from home.models import ContentPage
from search import engine

ODD = [
    "%",
    "_",
    "'",
    '"',
    '"half',
    "a:b",
    "NEAR(",
    "* OR *",
    "(((",
    "--",
    "\\",
    "NOT",
    "AND OR",
    "a" * 5000,
    "é" * 300,
    "🏃",
    "\t\r\n",
    "<script>alert(1)</script>",
    "{{ 7 }}",
    "&lt;",
    "^",
    "col:x",
    "-",
    "+",
    "|&!",
    ":*",
]


def results(response):
    html = BeautifulSoup(response.content, "html.parser")
    return {link["href"] for link in html.select("main a[href]")}


def page_of(response):
    return BeautifulSoup(response.content, "html.parser")


def search(client, query, **more):
    return client.get("/zoeken/", {"q": query} | more)


def test_without_words_only_the_form_is_shown(loaded_site, client):
    response = client.get("/zoeken/")

    assert response.status_code == 200
    assert response.context["total"] == 0


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("depressie", "/runningtherapie/#indicaties"),
        ("Bakker", "/mensen/bram-bakker/"),
        ("accreditaties", "/accreditaties/"),
        ("RT21032019", "/cursus/runningtherapie/rt21032019/"),
    ],
)
def test_pages_people_and_dates_are_found(loaded_site, client, words, address):
    assert address in results(search(client, words))


def test_answers_are_found_and_linked_to_their_anchor(loaded_site, client):
    question = FaqQuestion.objects.first()

    found = results(search(client, question.question))

    assert f"/veelgestelde-vragen/#{question.anchor}" in found


def test_the_beginning_of_a_word_is_enough(loaded_site, client):
    assert "/mensen/bram-bakker/" in results(search(client, "Bakk"))


def test_a_search_without_results_says_so(loaded_site, client):
    response = search(client, "kwantumfysica")

    assert response.context["total"] == 0
    assert "kwantumfysica" in BeautifulSoup(response.content, "html.parser").main.get_text()


def test_a_search_in_vain_offers_what_comes_nearest_and_to_ask(loaded_site, client):
    html = page_of(search(client, "wachtlijst"))
    nearest = [link["href"] for link in html.select(".result__title a")]
    ask = next(link["href"] for link in html.select("main a") if "vraag" in link["href"])

    assert nearest[0] == "/veelgestelde-vragen/#reservelijst"
    assert len(nearest) <= 3
    assert page_of(client.get(ask)).select_one("textarea").get_text(strip=True) == "wachtlijst"


def test_a_typing_error_is_answered_and_corrected(loaded_site, client):
    html = page_of(search(client, "depresie"))

    assert html.select_one(".results__meant a").get_text() == "depressie"
    assert html.select_one(".result__title a")["href"] == "/runningtherapie/#indicaties"
    assert {mark.get_text() for mark in html.select("main mark")} == {"depressie"}


def test_an_answer_that_is_clearly_the_best_is_shown_whole(loaded_site, client):
    question = FaqQuestion.objects.get(anchor="reservelijst", locale__language_code="nl")
    html = page_of(search(client, "reservelijst"))
    links = [link["href"] for link in html.select(".result__title a")]

    assert question.question == html.select_one(".answer h2").get_text()
    assert "Nee, een reservelijst hebben wij niet." in html.select_one(".answer").get_text()
    assert "/veelgestelde-vragen/#reservelijst" not in links


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("prijs", "€ 1.195,- per persoon"),
        ("Wat kost de cursus?", "€ 1.195,- per persoon"),
        ("wanneer", "De eerstvolgende data"),
        ("waar", "De eerstvolgende data"),
        ("vlieland", "Komende data die passen"),
        ("vlielant", "Komende data die passen"),
    ],
)
def test_a_question_about_the_course_shows_the_facts(loaded_site, client, query, heading):
    html = page_of(search(client, query))
    card = html.select_one("section[aria-labelledby=card-heading]")

    assert " ".join(card.h2.get_text().split()) == heading
    assert card.select("a[href*='/inschrijven/rt']")


@pytest.mark.parametrize("query", ["annuleren prijs", "prijs van een reservelijst", "reservelijst"])
def test_a_question_about_something_else_shows_no_facts(loaded_site, client, query):
    assert search(client, query).context["found"].card is None


def test_the_facts_of_a_month_are_those_of_its_dates(loaded_site, client):
    coming = CourseEventPage.objects.live().filter(first_day__gte=timezone.localdate())
    day = coming.order_by("first_day").first().first_day
    card = search(client, date_format(day, "F Y")).context["found"].card

    assert {(event.first_day.year, event.first_day.month) for event in card.events} == {
        (day.year, day.month)
    }


def test_somebody_who_looks_for_treatment_gets_the_national_overview_first(loaded_site, client):
    html = page_of(search(client, "runningtherapeut in de buurt"))
    first = html.select_one(".page-head ~ .wrap a")

    assert first["href"] == SiteSettings.current().therapist_finder_url


def test_the_nearest_coming_date_comes_first_and_past_ones_last(loaded_site, client):
    found = search(client, "dalfsen").context["results"]
    days = [result.event.first_day for result in found if result.event]
    today = timezone.localdate()

    assert len(days) > 2
    assert days == sorted(days, key=lambda day: (day < today, day))


def test_suggestions_are_titles_with_addresses(loaded_site, client):
    response = client.get("/zoeken/suggesties/", {"q": "accred"})

    assert response.json()[0] == {"title": "Accreditaties", "url": "/accreditaties/"}
    assert response["X-Robots-Tag"] == "noindex"
    assert client.get("/zoeken/suggesties/", {"q": "a"}).json() == []


def test_the_cursor_is_in_the_field_of_an_empty_search(loaded_site, client):
    assert page_of(client.get("/zoeken/")).select("main input[autofocus]")
    assert page_of(search(client, "cursus")).select("input[autofocus]") == []


def test_a_draft_is_not_found(loaded_site, client):
    page = ContentPage(title="Geheimwoord", introduction="Geheimwoord", slug="geheim", live=False)
    loaded_site.add_child(instance=page)

    assert "/geheim/" not in results(search(client, "Geheimwoord"))


def test_a_published_page_is_found_at_once(loaded_site, client):
    page = ContentPage(title="Sneeuwklokje", introduction="Sneeuwklokje", slug="klokje", live=False)
    loaded_site.add_child(instance=page)
    page.save_revision().publish()

    assert "/klokje/" in results(search(client, "Sneeuwklokje"))


@pytest.mark.parametrize("query", ODD, ids=lambda query: ascii(query[:12]))
def test_odd_words_get_an_answer(loaded_site, client, query):
    response = search(client, query)

    assert response.status_code == 200
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize(
    "query", ["q=%00", "q=a%00b", "q=%ED%A0%80", "q=%FF%FE", "q[]=a", "q=a&q=b"]
)
def test_odd_addresses_get_an_answer(loaded_site, client, query):
    assert client.get(f"/zoeken/?{query}").status_code < 500


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999", "9" * 400, ""])
def test_odd_page_numbers_get_an_answer(loaded_site, client, page):
    assert search(client, "cursus", page=page).status_code == 200


def test_results_come_ten_at_a_time_and_each_once(loaded_site, client):
    first = search(client, "cursus")
    pages = first.context["page_obj"].paginator.num_pages
    links = BeautifulSoup(first.content, "html.parser").select("main a[rel=next]")
    shown = [
        result.url
        for number in range(1, pages + 1)
        for result in search(client, "cursus", page=number).context["results"]
    ]

    assert pages > 1
    assert [link["href"] for link in links] == ["?q=cursus&page=2"]
    assert client.get(f"/zoeken/{links[0]['href']}").context["page_obj"].number == 2
    assert len(shown) == len(set(shown)) == len(first.context["found"].listed)


def test_the_search_page_is_kept_from_search_engines(loaded_site, client):
    assert search(client, "cursus")["X-Robots-Tag"] == "noindex"


def test_the_search_page_accepts_no_post(loaded_site, client):
    assert client.post("/zoeken/", {"q": "cursus"}).status_code == 405


@pytest.mark.parametrize(
    ("typed", "looked_for"),
    [
        ("  twee   woorden ", "twee woorden"),
        ("a\x00b\tc", "a b c"),
        ("x" * 300, "x" * 100),
        ("\u202e", ""),
    ],
)
def test_a_query_is_normalised(typed, looked_for):
    assert engine.normalise(typed) == looked_for
