"""Guards over every public page of the loaded site."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from core.models import SiteRendition
from courses.models import Accreditation, CourseEventPage, CourseIndexPage, SignUp
from faq.models import FaqQuestion
from home import models as home
from people.models import PersonPage
from tests import visitors
from tests.languages import strangers_in

pytestmark = pytest.mark.anywhere

MOST_QUERIES = 15
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'self'",
}
YOUTUBE = {"frame-src": "https://www.youtube-nocookie.com"}


@dataclass(frozen=True)
class Visit:
    response: object
    html: BeautifulSoup
    queries: int
    renditions_made: int

    def meta(self, name):
        found = self.html.select_one(f'head meta[name="{name}"]')
        return found["content"].strip() if found else ""

    @property
    def data(self):
        """The JSON-LD objects."""
        scripts = self.html.select('script[type="application/ld+json"]')
        graphs = [json.loads(script.string) for script in scripts]
        return [thing for graph in graphs for thing in graph["@graph"]]


def page_paths():
    return [page.url for page in Page.objects.live().public().filter(depth__gt=1).order_by("path")]


def view_paths():
    """What is public and no page of its own."""
    index = CourseIndexPage.objects.get(locale__language_code="nl")
    return [
        index.url + index.reverse_subpage("archive"),
        visitors.form_url(),
        visitors.form_url(SignUp.Kind.ALUMNI),
        reverse("search"),
        reverse("search") + "?q=cursus",
        reverse("search") + "?q=kwantumfysica",
        "/en/search/",
    ]


def visit(path):
    client = Client()
    client.get(path)  # what a process looks up once is not this page's
    before = SiteRendition.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(path)
    made = SiteRendition.objects.count() - before
    html = BeautifulSoup(response.content, "html.parser")
    return Visit(response, html, len(queries), made)


@pytest.fixture(scope="module")
def visits(content, django_db_blocker):
    """{path: Visit} of everything that a reader can open."""
    with django_db_blocker.unblock():
        cache.clear()
        return {path: visit(path) for path in [*page_paths(), *view_paths()]}


@pytest.fixture
def pages(visits, db):
    return visits


def wrong(visits, what):
    """{path: what(visit)} where that says anything at all: an empty one is what we want."""
    return {path: found for path, visit in visits.items() if (found := what(visit))}


def test_every_page_answers(pages):
    assert {path: visit.response.status_code for path, visit in pages.items()} == dict.fromkeys(
        pages, 200
    )


def test_every_page_has_one_heading_of_the_first_level(pages):
    assert wrong(pages, lambda visit: len(visit.html.select("h1")) - 1) == {}


def test_headings_skip_no_level(pages):
    def jumps(visit):
        levels = [int(h.name[1]) for h in visit.html.select("main :is(h1,h2,h3,h4,h5,h6)")]
        return [pair for pair in pairwise(levels) if pair[1] - pair[0] > 1]

    assert wrong(pages, jumps) == {}


def test_every_title_is_its_own(pages):
    titles = {path: visit.html.title.get_text(strip=True) for path, visit in pages.items()}
    counted = Counter(titles.values())

    assert {path: title for path, title in titles.items() if not title or counted[title] > 1} == {}


def test_every_page_has_a_description(pages):
    assert wrong(pages, lambda visit: not visit.meta("description")) == {}


def test_every_page_names_its_canonical_address(pages):
    found = {
        path: [link["href"] for link in visit.html.select('link[rel="canonical"]')]
        for path, visit in pages.items()
    }

    assert found == {path: [f"http://testserver{path.partition('?')[0]}"] for path in pages}


def test_every_page_says_its_language(pages):
    found = {path: visit.html.html["lang"] for path, visit in pages.items()}

    assert found == {path: "en" if path.startswith("/en/") else "nl" for path in pages}


def test_every_page_says_its_language_in_a_header(pages):
    found = {path: visit.response["Content-Language"] for path, visit in pages.items()}

    assert found == {path: "en" if path.startswith("/en/") else "nl" for path in pages}


def test_a_reader_gets_no_cookie(pages):
    cookies = wrong(pages, lambda visit: sorted(visit.response.cookies))

    assert {name for names in cookies.values() for name in names} <= {"csrftoken"}
    assert [path for path in cookies if not pages[path].html.select("main form[method=post]")] == []


def test_a_page_with_a_form_is_kept_by_nobody(pages):
    kept = wrong(
        pages,
        lambda visit: visit.response.cookies and "no-store" not in visit.response["Cache-Control"],
    )

    assert kept == {}


def test_no_page_varies_on_what_a_reader_does_not_send(pages):
    assert wrong(pages, lambda visit: "Accept-Language" in visit.response.get("Vary", "")) == {}


def test_the_content_security_policy_is_strict(pages):
    def policy(visit):
        header = visit.response["Content-Security-Policy"]
        return dict(rule.strip().split(" ", 1) for rule in header.split(";") if rule.strip())

    def looser(visit):
        return {
            name: value
            for name, value in policy(visit).items()
            if value != (STRICT | YOUTUBE).get(name)
        }

    assert wrong(pages, looser) == {}
    assert wrong(pages, lambda visit: STRICT.keys() - policy(visit).keys()) == {}


def test_frames_are_allowed_only_where_a_video_is(pages):
    framed = wrong(pages, lambda visit: "frame-src" in visit.response["Content-Security-Policy"])
    filmed = wrong(pages, lambda visit: visit.html.select("[data-embed]"))

    assert list(framed) == list(filmed)


def test_nothing_is_inline(pages):
    def inline(visit):
        scripts = visit.html.select('script:not([src]):not([type="application/ld+json"])')
        styled = visit.html.select("[style], style")
        handlers = [
            tag for tag in visit.html.find_all(True) if any(a.startswith("on") for a in tag.attrs)
        ]
        return scripts + styled + handlers

    assert wrong(pages, inline) == {}


def test_nothing_is_loaded_from_elsewhere(pages):
    def elsewhere(visit):
        loaded = visit.html.select(
            "script[src], img[src], iframe[src], source[srcset], video[src], link[href]"
        )
        addresses = [
            tag.get("src") or tag.get("srcset") or tag.get("href")
            for tag in loaded
            if tag.get("rel") not in (["canonical"], ["alternate"])
        ]
        return [address for address in addresses if urlsplit(address).netloc]

    assert wrong(pages, elsewhere) == {}


def test_the_other_headers(pages):
    expected = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "SAMEORIGIN",
    }

    found = {
        path: {name: visit.response[name] for name in expected} for path, visit in pages.items()
    }

    assert found == dict.fromkeys(pages, expected)


def test_no_page_asks_the_database_more_than_fifteen_times(pages):
    assert {p: visit.queries for p, visit in pages.items() if visit.queries > MOST_QUERIES} == {}


def test_no_visit_makes_a_picture(pages):
    assert wrong(pages, lambda visit: visit.renditions_made) == {}


def test_every_picture_says_how_large_it_is_and_what_it_shows(pages):
    def lacking(visit):
        return [
            str(img)
            for img in visit.html.select("img")
            if not {"alt", "width", "height"} <= img.attrs.keys()
        ]

    assert wrong(pages, lacking) == {}


def test_no_id_is_used_twice(pages):
    def twice(visit):
        counted = Counter(tag["id"] for tag in visit.html.select("[id]"))
        return [name for name, times in counted.items() if times > 1]

    assert wrong(pages, twice) == {}


def test_every_reference_to_an_id_finds_it(pages):
    def lost(visit):
        ids = {tag["id"] for tag in visit.html.select("[id]")}
        named = {
            name
            for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for")
            for tag in visit.html.select(f"[{attribute}]")
            for name in tag[attribute].split()
        }
        return named - ids

    assert wrong(pages, lost) == {}


def test_every_internal_link_leads_somewhere(pages):
    links = {
        urljoin(f"http://testserver{path}", link["href"])
        for path, visit in pages.items()
        for link in visit.html.select("a[href]")
    }
    internal = {link for link in links if urlsplit(link).netloc == "testserver"}
    client = Client()
    seen = {path: visit.html for path, visit in pages.items()}
    broken = []

    for link in sorted(internal):
        address, _hash, anchor = link.removeprefix("http://testserver").partition("#")
        if address not in seen:
            response = client.get(address or "/")
            is_html = response.get("Content-Type", "").startswith("text/html")
            seen[address] = (
                BeautifulSoup(response.content if is_html else b"", "html.parser")
                if response.status_code == 200
                else None
            )
        html = seen[address]
        if html is None or (anchor and html.find(id=anchor) is None):
            broken.append(link)

    assert broken == []


def test_links_say_where_they_go(pages):
    def vague(visit):
        return [
            str(link)
            for link in visit.html.select("a[href]")
            if not (link.get_text(strip=True) or link.get("aria-label"))
            or re.fullmatch(r"(klik )?hier|lees meer|meer", link.get_text(strip=True), re.I)
        ]

    assert wrong(pages, vague) == {}


def test_structured_data_is_there(pages):
    found = {
        thing["@type"]
        for visit in pages.values()
        for thing in visit.data
        if isinstance(thing["@type"], str)
    }

    assert {
        "EducationalOrganization",
        "Course",
        "EducationEvent",
        "FAQPage",
        "Person",
    } <= found


def test_a_translation_is_named_only_where_there_is_one(pages):
    named = wrong(
        pages, lambda visit: [link["hreflang"] for link in visit.html.select("link[hreflang]")]
    )

    assert named == {}


def test_the_search_page_is_english_under_en(pages):
    english = pages["/en/search/"]

    assert english.html.h1.get_text(strip=True) == "Search"
    assert english.html.select_one(".skip").get_text(strip=True) == "Skip to the content"


def test_no_english_is_left_on_a_dutch_page(pages):
    dutch = {path: visit for path, visit in pages.items() if visit.html.html["lang"] == "nl"}

    assert wrong(dutch, lambda visit: strangers_in(visit.response.content, "nl")) == {}


def test_the_sitemap_lists_every_page_once(pages, client):
    listed = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode())
    archive = next(path for path in view_paths() if path.endswith("/archief/"))

    assert sorted(listed) == sorted(f"http://testserver{p}" for p in [*page_paths(), archive])


def test_robots_are_told_where_the_sitemap_is(pages, client):
    text = client.get("/robots.txt").content.decode()

    assert text.splitlines()[-1] == "Sitemap: http://testserver/sitemap.xml"
    assert "Disallow: /admin/" in text


def test_only_pages_without_lasting_content_are_kept_from_search_engines(pages):
    def hidden(visit):
        return "noindex" in visit.response.get("X-Robots-Tag", "") + visit.meta("robots")

    assert list(wrong(pages, hidden)) == [path for path in pages if "/zoeken/" in path] + [
        "/en/search/"
    ]


# What a page asks of the database does not depend on how many things it lists


def queries_of(path):
    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def leave(queryset, number):
    keep = list(queryset.values_list("pk", flat=True)[:number])
    queryset.exclude(pk__in=keep).delete()


def leave_events(number):
    coming = CourseEventPage.objects.filter(first_day__gte=timezone.localdate())
    for page in list(coming.order_by("first_day"))[number:]:
        page.unpublish()


def leave_people(number):
    everybody = list(PersonPage.objects.live())
    for person in everybody[number:]:
        person.unpublish()
    for more in range(number - len(everybody)):
        person = PersonPage(
            title=f"Persoon {more}", profession="Docent", biography="<p>Docent.</p>"
        )
        everybody[0].get_parent().add_child(instance=person)


def leave_testimonials(number):
    page = home.HomePage.objects.get(depth=2, locale__language_code="nl")
    page.testimonials = [("testimonial", row) for row in home.Testimonial.objects.all()[:number]]
    page.save()


LISTS = [
    ("/", leave_events),
    ("/", leave_testimonials),
    ("/", lambda number: leave(FaqQuestion.objects.filter(highlight=True), number)),
    ("/", leave_people),
    ("/cursus/", leave_events),
    ("/cursus/runningtherapie/", leave_events),
    ("/cursus/runningtherapie/inschrijven/", leave_events),
    ("/mensen/", leave_people),
    ("/veelgestelde-vragen/", lambda number: leave(FaqQuestion.objects.order_by("pk"), number)),
    ("/accreditaties/", lambda number: leave(Accreditation.objects.order_by("pk"), number)),
    ("/zoeken/?q=terugkomdag", lambda number: leave(FaqQuestion.objects.order_by("pk"), number)),
]


@pytest.mark.parametrize(("path", "leave_in_list"), LISTS)
def test_three_in_a_list_cost_no_more_than_one(loaded_site, path, leave_in_list):
    leave_in_list(3)
    three = queries_of(path)

    leave_in_list(1)

    assert queries_of(path) == three
    assert three <= MOST_QUERIES
