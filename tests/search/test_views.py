"""Searching: what is found, how it is shown, and how odd queries are answered."""

import pytest
from bs4 import BeautifulSoup

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


def search(client, query, **more):
    return client.get("/zoeken/", {"q": query} | more)


def test_without_words_only_the_form_is_shown(loaded_site, client):
    response = client.get("/zoeken/")

    assert response.status_code == 200
    assert response.context["total"] == 0


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("depressie", "/runningtherapie/"),
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
    assert len(shown) == len(set(shown)) == first.context["total"]


def test_the_search_page_is_kept_from_search_engines(loaded_site, client):
    assert search(client, "cursus")["X-Robots-Tag"] == "noindex"


def test_the_search_page_accepts_no_post(loaded_site, client):
    assert client.post("/zoeken/", {"q": "cursus"}).status_code == 405


# --- Excerpts ----------------------------------------------------------------------------------


def test_an_excerpt_surrounds_the_marked_word():
    text = "Begin. " * 60 + "Hier staat Hardlopen in de zin. " + "Einde. " * 60

    cut = engine.excerpt(text, "hardlopen")

    assert "<mark>Hardlopen</mark>" in cut
    assert cut.startswith("… ")
    assert len(cut) < 300


def test_markup_in_a_text_is_escaped():
    assert engine.excerpt("a <b>fout</b> & zo", "fout") == (
        "a &lt;b&gt;<mark>fout</mark>&lt;/b&gt; &amp; zo"
    )


@pytest.mark.parametrize("query", ["amp", "lt", "quot", "x27", "&", "a.b(c"])
def test_marking_never_breaks_an_entity(query):
    shown = BeautifulSoup(engine.excerpt("""Tom & "Jerry" <3 it's""", query), "html.parser")

    assert shown.get_text() == """Tom & "Jerry" <3 it's"""


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
