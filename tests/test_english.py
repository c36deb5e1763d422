"""Checks of every English page of the loaded site, beside its Dutch original."""

from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.html import escape
from django.utils.text import capfirst
from wagtail.models import Locale, Page

from core import retention
from courses.models import SignUpPage
from courses.reading import events
from search import engine
from tests import caches
from tests.languages import foreign_words_by_text

pytestmark = pytest.mark.anywhere

MOST_QUERIES = 15


class Visit:
    def __init__(self, path):
        client = Client()
        client.get(path)  # fills the caches of the process
        with CaptureQueriesContext(connection) as queries:
            self.response = client.get(path)
        self.queries = len(queries)
        self.html = BeautifulSoup(self.response.content, "html.parser")

    @property
    def hreflang(self):
        return {link["hreflang"]: link["href"] for link in self.html.select("link[hreflang]")}

    @property
    def words(self):
        return " ".join(self.html.body.get_text(" ").replace("\xad", "").split())


@pytest.fixture(scope="module")
def visits(english_content, django_db_blocker):
    """{path: Visit} of every page in both languages, and of the views below a page."""
    with django_db_blocker.unblock(), transaction.atomic():
        caches.empty()
        paths = [page.url for page in Page.objects.live().filter(depth__gt=1).order_by("path")]
        for code, archive in (("nl", "/cursus/archief/"), ("en", "/en/course/archief/")):
            locale = Locale.objects.get(language_code=code)
            date = events.coming(locale=locale)[0]
            paths += [archive, date.sign_up_url, date.alumni_sign_up_url]
        found = {path: Visit(path) for path in paths}
        transaction.set_rollback(True)
    return found


@pytest.fixture
def pages(visits, db):
    return visits


def english(pages):
    return {path: visit for path, visit in pages.items() if path.startswith("/en/")}


def found_on(visits, what):
    return {path: found for path, visit in visits.items() if (found := what(visit))}


def test_every_page_answers_with_one_heading(pages):
    found = {
        path: (visit.response.status_code, len(visit.html.select("h1")))
        for path, visit in pages.items()
    }

    assert found == dict.fromkeys(pages, (200, 1))
    assert len(english(pages)) * 2 == len(pages)


def test_both_languages_of_a_page_link_to_each_other(pages):
    for path, visit in pages.items():
        pair = visit.hreflang
        assert set(pair) == {"nl", "en", "x-default"}, path
        assert pair["x-default"] == pair["nl"]
        assert f"http://testserver{path}" == pair["en" if path.startswith("/en/") else "nl"]
        other = pair["nl" if path.startswith("/en/") else "en"].removeprefix("http://testserver")
        assert pages[other].hreflang == pair


def test_every_page_has_its_own_address_as_canonical(pages):
    found = {
        path: visit.html.select_one('link[rel="canonical"]')["href"]
        for path, visit in pages.items()
    }

    assert found == {path: f"http://testserver{path}" for path in pages}


def test_every_page_declares_its_language(pages):
    found = {path: visit.html.html["lang"] for path, visit in english(pages).items()}

    assert found == dict.fromkeys(english(pages), "en")
    assert found_on(pages, lambda visit: visit.html.main.get("lang")) == {}


def test_every_page_is_in_one_language(pages):
    assert (
        found_on(pages, lambda v: foreign_words_by_text(v.response.content, v.html.html["lang"]))
        == {}
    )


def test_english_pages_have_a_unique_title_and_a_short_description(pages):
    def has_a_bad_description(visit):
        description = visit.html.select_one('meta[name="description"]')["content"]
        return not 0 < len(description) < 165

    assert found_on(english(pages), has_a_bad_description) == {}
    titles = [visit.html.title.get_text() for visit in english(pages).values()]
    assert len(titles) == len(set(titles))


def test_an_english_page_links_to_english_pages(pages):
    def dutch_links(visit):
        links = [
            urlsplit(urljoin("http://testserver/", link["href"]))
            for link in visit.html.select("a[href]:not([hreflang], [href^='#'])")
        ]
        return [
            link.path
            for link in links
            if link.netloc == "testserver" and not link.path.startswith(("/en/", "/documents/"))
        ]

    assert found_on(english(pages), dutch_links) == {}


def test_no_link_of_an_english_page_is_broken(pages):
    links = {
        urlsplit(urljoin(f"http://testserver{path}", link["href"]))
        for path, visit in english(pages).items()
        for link in visit.html.select("a[href]")
    }

    def is_broken(link):
        if link.path not in pages:
            return Client().get(link.path).status_code != 200
        return link.fragment and not pages[link.path].html.find(id=link.fragment)

    assert [link for link in links if link.netloc == "testserver" and is_broken(link)] == []


def test_english_pages_stay_within_the_limit_of_queries(pages):
    assert found_on(pages, lambda visit: visit.queries > MOST_QUERIES and visit.queries) == {}


def test_the_language_of_the_browser_causes_no_cookie_and_no_redirect(english_site):
    for path, language in (("/", "nl"), ("/en/", "en")):
        response = Client().get(path, headers={"accept-language": "de, en;q=0.5"})
        assert (response.status_code, response["Content-Language"]) == (200, language)
        assert not response.cookies
        assert "Accept-Language" not in response.get("Vary", "")


def test_the_course_says_that_it_is_taught_in_dutch(pages):
    paths = ["/en/", "/en/course/", "/en/course/running-therapy/"]
    forms = [path for path in english(pages) if "/sign-up" in path]

    assert [path for path in paths if "is taught in Dutch" not in pages[path].words] == []
    assert [path for path in forms if " in Dutch" not in pages[path].words] == []


def test_translated_quotations_say_so_and_link_to_the_original(pages):
    note = pages["/en/"].html.find("a", string="Read their own words")

    assert (note["href"], note["hreflang"]) == ("/#quotes-title", "nl")
    assert note.parent.get_text(" ", strip=True).startswith("Translated from Dutch.")
    assert "Translated from" not in pages["/"].html.get_text()


def test_translated_questions_keep_their_keys(english_site):
    forms = SignUpPage.objects.filter(kind=SignUpPage.Kind.ALUMNI).order_by("locale")
    keys = [list(form.questions.values_list("clean_name", "field_type")) for form in forms]
    choices = [form.questions.get(clean_name="cursusjaar").choices.split() for form in forms]

    assert keys[0] == keys[1]
    assert choices[0][:-3] == choices[1][:-3]
    assert (choices[0][-1], choices[1][-1]) == ("later", "later")


def test_a_search_in_english_finds_english_pages_only(english_site):
    locales = Locale.objects.in_bulk(["nl", "en"], field_name="language_code")
    found = {
        code: {hit.passage.url for hit in engine.search("Dalfsen", locale).hits}
        for code, locale in locales.items()
    }

    assert found["en"]
    assert all(url.startswith("/en/") for url in found["en"])
    assert not any(url.startswith("/en/") for url in found["nl"])


def test_a_search_stays_within_the_limit_of_queries(english_site):
    found = {path: Visit(path) for path in ("/en/search/?q=course", "/en/search/?q=therapy&page=2")}

    assert found_on(found, lambda visit: not visit.html.select("main mark")) == {}
    assert found_on(found, lambda visit: visit.queries > MOST_QUERIES and visit.queries) == {}


@pytest.mark.parametrize(("path", "language"), [("/privacy/", "nl"), ("/en/privacy/", "en")])
def test_the_privacy_page_lists_the_public_retention_rules(client, english_site, path, language):
    page = client.get(path).content.decode()

    with translation.override(language):
        for rule in retention.rules():
            assert (escape(str(rule.what)) in page) == rule.is_public, rule.key
            assert escape(capfirst(str(rule.term))) in page or not rule.is_public, rule.key
